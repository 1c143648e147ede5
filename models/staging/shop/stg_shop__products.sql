-- One row per product.
with
landed as (select * from {{ landed('shop', 'products') }}),

renamed as (
    select
        -- ids
        {{ clean_text('product_id') }} as source_item_id,
        {{ landed_columns() }},

        -- text
        {{ clean_text('product_name') }} as item_name,
        {{ clean_text('product_type') }} as item_type,
        {{ clean_text('category') }} as category,
        {{ clean_text('brand') }} as brand,
        {{ clean_text('description') }} as description,

        -- numerics
        {{ clean_number('unit_price') }} as price_amount,

        -- dates
        try_cast(released_on as date) as released_date
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({'missing_product': 'source_item_id is null'}) }}
            as reject_reasons,
        {{ treatments({'undescribed_product': 'item_type is null'}) }} as treatments
    from renamed
)

{{ judged_rows('checked', 'shop', 'products', key=['source_item_id']) }}
