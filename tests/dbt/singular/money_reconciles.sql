-- Money in is money in core plus money set aside, to the cent.
with
balance as (select sum(input_amount) as amount from {{ ref('core_row_balance') }}),

core as (select sum(amount) as amount from {{ ref('core_interactions') }}),

rejected as (select sum(amount) as amount from {{ ref('core_rejected_rows') }}),

duplicates as (select sum(amount) as amount from {{ ref('core_duplicate_rows') }})

select
    balance.amount as input_amount,
    core.amount as core_amount,
    rejected.amount as rejected_amount,
    duplicates.amount as duplicate_amount
from balance
cross join core
cross join rejected
cross join duplicates
where
    coalesce(balance.amount, 0)
    <> coalesce(core.amount, 0)
    + coalesce(rejected.amount, 0)
    + coalesce(duplicates.amount, 0)
