-- One row per product.
with
landed as (select * from {{ landed('complete_journey', 'products') }}),

renamed as (
    select
        -- ids
        {{ clean_text('product_id') }} as source_item_id,
        {{ clean_text('manufacturer_id') }} as source_manufacturer_id,
        {{ landed_columns() }},

        -- text
        {{ clean_text('department') }} as department,
        {{ clean_text('product_category') }} as category,
        {{ clean_text('product_type') }} as item_type,
        {{ clean_text('brand') }} as brand,
        {{ clean_text('package_size') }} as package_size
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({'missing_product': 'source_item_id is null'}) }}
            as reject_reasons,
        {{ treatments({
            'undescribed_product': 'item_type is null or category is null',
        }) }} as treatments
    from renamed
)

{{ judged_rows('checked', 'complete_journey', 'products', key=['source_item_id']) }}
