-- One row per product, the sold ones without a description included. The data names no
-- products, so a name is put together from what there is.
with
products as (
    select * from {{ ref('stg_complete_journey__products') }}
    where row_status = 'accepted'
),

sold as (
    select distinct source_item_id
    from {{ ref('stg_complete_journey__transactions') }}
    where row_status = 'accepted'
),

known as (
    select
        coalesce(products.source_item_id, sold.source_item_id) as source_item_id,
        products.* exclude (source_item_id)
    from products
    full join sold on products.source_item_id = sold.source_item_id
)

select
    'complete_journey' as source,
    'complete_journey:' || source_item_id as item_id,
    coalesce(
        {{ sentence_case('item_type') }} || coalesce(', ' || lower(package_size), '')
        || case when brand = 'Private' then ' (store brand)' else '' end,
        'Product ' || source_item_id
    ) as item_name,
    {{ sentence_case('item_type') }} as item_type,
    {{ sentence_case('category') }} as category,
    brand,
    {{ is_merchandise('complete_journey', {
        'department': 'department',
        'category': 'category',
        'item_type': 'item_type',
    }) }} as is_merchandise
from known
