-- One row per product in a basket, as it came, with what was found wrong.
with
landed as (select * from {{ landed('complete_journey', 'transactions') }}),

renamed as (
    select
        -- ids
        {{ clean_text('household_id') }} as source_customer_id,
        {{ clean_text('basket_id') }} as source_order_id,
        {{ clean_text('product_id') }} as source_item_id,
        {{ clean_text('store_id') }} as source_store_id,
        {{ landed_columns() }},

        -- numerics: above the threshold a quantity is a measure (fuel in hundredths of
        -- a gallon), not a count
        case
            when quantity between 1 and {{ var('largest_counted_quantity') }} then
                cast(quantity as bigint)
        end as quantity,
        quantity as landed_quantity,
        {{ clean_number('sales_value') }} as amount,
        cast(
            {{ clean_number('retail_disc') }}
            + {{ clean_number('coupon_disc') }}
            + {{ clean_number('coupon_match_disc') }}
            as decimal(18, 2)
        ) as discount_amount,
        {{ clean_number('coupon_disc') }} as coupon_amount,

        -- timestamps
        {{ clean_timestamp('transaction_timestamp') }} as occurred_at
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_customer': 'source_customer_id is null',
            'missing_basket': 'source_order_id is null',
            'missing_product': 'source_item_id is null',
            'bad_time': is_bad_time('occurred_at'),
            'after_as_of_date': is_after_as_of_date('occurred_at'),
            'bad_amount': 'amount is null or amount < 0',
            'nothing_sold': 'landed_quantity = 0 and amount = 0',
        }) }} as reject_reasons,
        {{ treatments({
            'measured_quantity':
                'landed_quantity > ' ~ var('largest_counted_quantity'),
            'sold_without_quantity': 'landed_quantity = 0 and amount > 0',
            'coupon_exceeds_sale': 'coupon_amount > amount',
        }) }} as treatments
    from renamed
)

{{ judged_rows(
    'checked', 'complete_journey', 'transactions',
    key=['source_order_id', 'source_item_id']
) }}
