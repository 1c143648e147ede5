-- One row per landed file: rows and money in, accepted, rejected and duplicate, and
-- what the business's rules made of them.
with
balance as (select * from {{ ref('core_row_balance') }}),

load_reasons as (select * from {{ ref('core_load_reasons') }}),

late_rows as (select * from {{ ref('core_late_rows') }}),

reasons as (
    select
        balance.source,
        balance.table_name,
        balance.load_id,
        {{ reason_columns([
            'returned', 'cancellation', 'cancelled', 'write_off', 'test_order',
            'not_merchandise', 'no_customer', 'unknown_customer', 'unknown_product',
            'converted_currency', 'other_currency',
        ]) }}
    from balance
    left join load_reasons using (source, table_name, load_id)
    group by balance.source, balance.table_name, balance.load_id
)

select
    balance.*,
    coalesce(late_rows.late_rows, 0) as late_rows,
    late_rows.late_from_date,
    reasons.* exclude (source, table_name, load_id, other_currency_amount)
from balance
inner join reasons using (source, table_name, load_id)
left join late_rows using (source, table_name, load_id)
order by balance.source, balance.table_name, balance.load_id
