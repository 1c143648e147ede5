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

ruled as (
    select
        *,
        {{ rule_kinds('shop', {
            'order_id': 'source_order_id',
            'item_id': 'source_item_id',
            'status': 'order_status',
        }) }} as rule_kinds,
        {{ exchange_rate('shop', 'currency_code', 'occurred_at') }} as exchange_rate,
        {{ money('quantity * price_amount - discount_amount') }} as landed_amount
    from renamed
),

priced as (
    select
        * replace (
            {{ money('discount_amount * exchange_rate') }} as discount_amount
        ),
        {{ money('landed_amount * exchange_rate') }} as amount
    from ruled
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_order': 'source_order_id is null or source_line_id is null',
            'missing_product': 'source_item_id is null',
            'bad_time': is_bad_time('occurred_at'),
            'after_as_of_date': is_after_as_of_date('occurred_at'),
            'bad_quantity': 'quantity is null or quantity = 0',
            'bad_price':
                "price_amount is null or (price_amount < 0 and rule_kinds = '')",
            'amount_out_of_range':
                'quantity * price_amount is not null and landed_amount is null',
            'sale_below_zero':
                "quantity < 0 and order_status is distinct from 'returned' "
                ~ "and rule_kinds = ''",
            'other_currency': 'exchange_rate is null',
            'cancelled': "contains(rule_kinds, 'cancellation') and quantity > 0",
            'test_order': "contains(rule_kinds, 'test_order')",
            'write_off': "contains(rule_kinds, 'write_off')",
        }) }} as reject_reasons,
        {{ treatments({
            'no_customer': 'source_customer_id is null',
            'returned': "quantity < 0 and not contains(rule_kinds, 'cancellation')",
            'cancellation': "quantity < 0 and contains(rule_kinds, 'cancellation')",
            'converted_currency': "currency_code <> '" ~ var('currency_code') ~ "'",
        }) }} as treatments
    from priced
)

{{ judged_rows(
    'checked', 'shop', 'order_lines',
    key=['source_order_id', 'source_line_id']
) }}
