-- One row per business, of which a warehouse has one: how much there was to learn from
-- at the date of the last fit.
with
as_of_dates as (
    select * from {{ ref('feat_as_of_dates') }} where is_fit_date
),

purchases as (
    select * from {{ ref('core_interactions') }}
    where {{ speaks_for_item() }} and occurred_date < {{ fit_date() }}
),

unknown as (
    select
        avg(cast(customer_id is null as integer)) as unknown_customer_rate,
        avg(cast(item_id is null as integer)) as unknown_item_rate
    from purchases
),

buyers as (
    select
        customer_id,
        count(*) as order_day_count
    from {{ ref('feat_customer_days') }}
    where
        (order_count > 0 or choice_count > 0)
        and activity_date < {{ fit_date() }}
    group by customer_id
),

totals as (
    select
        count(*) as buyer_count,
        avg(cast(order_day_count > 1 as integer)) as repeat_buyer_rate
    from buyers
)

select
    as_of_dates.as_of_date,
    greatest(coalesce(as_of_dates.history_days, 0), 0) as history_days,
    totals.buyer_count,
    coalesce(totals.repeat_buyer_rate, 0) as repeat_buyer_rate,
    coalesce(unknown.unknown_customer_rate, 0) as unknown_customer_rate,
    coalesce(unknown.unknown_item_rate, 0) as unknown_item_rate
from as_of_dates
cross join totals
cross join unknown
