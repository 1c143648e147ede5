-- One row per product, the sold or viewed ones that the catalogue lacks included.
with
products as (
    select * from {{ ref('stg_shop__products') }} where row_status = 'accepted'
),

order_lines as (
    select * from {{ ref('stg_shop__order_lines') }} where row_status = 'accepted'
),

events as (
    select * from {{ ref('stg_shop__events') }} where row_status = 'accepted'
),

mentioned as (
    select source_item_id from products
    union distinct
    select source_item_id from order_lines
    union distinct
    select source_item_id from events where source_item_id is not null
)

select
    'shop' as source,
    'shop:' || mentioned.source_item_id as item_id,
    coalesce(products.item_name, 'Product ' || mentioned.source_item_id) as item_name,
    products.item_type,
    products.category,
    products.brand,
    products.price_amount,
    products.released_date,
    products.description,
    {{ is_merchandise('shop', {
        'item_id': 'mentioned.source_item_id',
        'item_name': 'products.item_name',
        'item_type': 'products.item_type',
        'category': 'products.category',
    }) }} as is_merchandise
from mentioned
left join products on mentioned.source_item_id = products.source_item_id
