-- One row per landed file: rows and money in, accepted, rejected and duplicate, and
-- what the business's rules made of them.
with
balance as (select * from {{ ref('core_row_balance') }}),

reasons as (
    select
        source,
        table_name,
        load_id,
        {{ reason_columns([
            'returned', 'cancellation', 'cancelled', 'write_off', 'test_order',
            'not_merchandise', 'no_customer', 'unknown_customer', 'unknown_product',
            'converted_currency', 'other_currency',
        ]) }}
    from {{ ref('core_load_reasons') }}
    group by source, table_name, load_id
),

late_rows as (select * from {{ ref('core_late_rows') }})

select
    balance.source,
    balance.table_name,
    balance.load_id,
    balance.source_file,
    balance.input_rows,
    balance.accepted_rows,
    balance.rejected_rows,
    balance.duplicate_rows,
    balance.waiting_rows,
    balance.input_amount,
    balance.accepted_amount,
    balance.rejected_amount,
    balance.duplicate_amount,
    coalesce(late_rows.late_rows, 0) as late_rows,
    late_rows.late_from_date,
    coalesce(reasons.returned_rows, 0) as returned_rows,
    reasons.returned_amount,
    coalesce(reasons.cancellation_rows, 0) as cancellation_rows,
    reasons.cancellation_amount,
    coalesce(reasons.cancelled_rows, 0) as cancelled_rows,
    reasons.cancelled_amount,
    coalesce(reasons.write_off_rows, 0) as write_off_rows,
    reasons.write_off_amount,
    coalesce(reasons.test_order_rows, 0) as test_order_rows,
    reasons.test_order_amount,
    coalesce(reasons.not_merchandise_rows, 0) as not_merchandise_rows,
    reasons.not_merchandise_amount,
    coalesce(reasons.no_customer_rows, 0) as no_customer_rows,
    reasons.no_customer_amount,
    coalesce(reasons.unknown_customer_rows, 0) as unknown_customer_rows,
    reasons.unknown_customer_amount,
    coalesce(reasons.unknown_product_rows, 0) as unknown_product_rows,
    reasons.unknown_product_amount,
    coalesce(reasons.converted_currency_rows, 0) as converted_currency_rows,
    reasons.converted_currency_amount,
    coalesce(reasons.other_currency_rows, 0) as other_currency_rows
from balance
left join reasons
    on
        balance.source = reasons.source
        and balance.table_name = reasons.table_name
        and balance.load_id = reasons.load_id
left join late_rows
    on
        balance.source = late_rows.source
        and balance.table_name = late_rows.table_name
        and balance.load_id = late_rows.load_id
order by balance.source, balance.table_name, balance.load_id
