-- One row per thing that can be recommended, at the business's grain: an item, a kind
-- of item or a category. Merchandise only, and only what has a name. A kind of one
-- word, such as Premium, says too little and gets its category beside it.
with
items as (select * from {{ ref('core_items') }} where is_merchandise),

grained as (
    select
        {{ recommendation_item_id() }} as item_id,
        {{ recommendation_item_name() }} as item_name,
        category
    from items
),

named as (
    select
        item_id,
        min(item_name) as item_name,
        mode(category order by category) as category
    from grained
    where item_id is not null and item_name is not null
    group by item_id
)

select
    item_id,
    case
        when item_name like '% %' or category is null or item_name = category
            then item_name
        else item_name || ' (' || category || ')'
    end as item_name,
    category
from named
