-- One row per product in an order, or in a return, as it came, with what was found
-- wrong.
with
landed as (select * from {{ landed('shop', 'order_lines') }}),

renamed as (
    select
        -- ids
        {{ clean_text('customer_id') }} as source_customer_id,
        {{ clean_text('order_id') }} as source_order_id,
        {{ clean_text('line_number') }} as source_line_id,
        {{ clean_text('product_id') }} as source_item_id,
        {{ landed_columns() }},

        -- text
        lower({{ clean_text('status') }}) as order_status,
        {{ clean_text('channel') }} as channel,
        {{ clean_text('currency_code') }} as currency_code,

        -- numerics
        {{ clean_number('quantity', 'bigint') }} as quantity,
        {{ clean_number('unit_price') }} as price_amount,
        coalesce({{ clean_number('discount_amount') }}, 0) as discount_amount,

        -- timestamps
        {{ clean_timestamp('ordered_at') }} as occurred_at
    from landed
),

priced as (
    select
        *,
        cast(quantity * price_amount - discount_amount as decimal(18, 2)) as amount
    from renamed
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_order': 'source_order_id is null or source_line_id is null',
            'missing_product': 'source_item_id is null',
            'bad_time': "occurred_at is null or occurred_at < timestamp '1990-01-01'",
            'after_as_of_date': is_after_as_of_date('occurred_at'),
            'bad_quantity': 'quantity is null or quantity = 0',
            'bad_price': 'price_amount is null or price_amount < 0',
            'sale_below_zero': "order_status <> 'returned' and quantity < 0",
            'other_currency':
                "currency_code is distinct from '" ~ var('currency_code') ~ "'",
            'cancelled': "order_status = 'cancelled'",
            'test_order': "source_order_id like 'TEST%'",
        }) }} as reject_reasons,
        {{ treatments({'no_customer': 'source_customer_id is null'}) }} as treatments
    from priced
)

{{ judged_rows(
    'checked', 'shop', 'order_lines',
    key=['source_order_id', 'source_line_id']
) }}
