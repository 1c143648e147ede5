-- One row per thing that a visitor without a history may be shown: what rules for
-- customers without a segment leave in, most popular first.
with
popular as (
    select * from {{ ref('ml_recommendations__popular') }}
    where segment_id = ''
),

items as (select * from {{ ref('ml_recommendations__items') }})

select
    items.item_id,
    items.item_name,
    items.category,
    popular.method,
    popular.customer_count,
    cast(popular.popularity_rank as integer) as popularity_rank,
    popular.pinned_place,
    popular.category_limit
from popular
inner join items on popular.item_id = items.item_id
order by items.item_id
