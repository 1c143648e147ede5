-- One row per item and rank: who buys the neighbour tends to want the item too. For an
-- item without such neighbours, or where the records do not carry them, what is said of
-- the neighbour is like what is said of the item. Between fits the former are kept.
with
readiness as (
    select distinct decision from {{ ref('rpt_readiness') }}
    where output = 'recommendations:new_for_you'
),

bought as (
    select
        neighbours.*,
        '{{ var("recommendation_method") }}' as method
    from {{ ref('ml_recommendations__neighbours') }} as neighbours
    cross join readiness
    where readiness.decision = 'published'
),

alike as (
    select
        *,
        'content' as method
    from {{ ref('ml_recommendations__content_neighbours') }}
    where
        item_id not in (select item_id from bought)
        and neighbour_rank <= {{ var('published_neighbour_count') }}
),

neighbours as (
    select * from bought
    union all by name
    select * from alike
),

items as (select * from {{ ref('ml_recommendations__items') }})

select
    neighbours.item_id,
    items.item_name,
    neighbours.neighbour_rank,
    neighbours.neighbour_item_id,
    neighbour_items.item_name as neighbour_item_name,
    neighbours.similarity,
    neighbours.neighbour_common,
    neighbours.method,
    neighbours.run_id
from {{ of_missing('neighbours', 'item_id, neighbour_rank') }} as neighbours
inner join items on neighbours.item_id = items.item_id
inner join items as neighbour_items
    on neighbours.neighbour_item_id = neighbour_items.item_id
order by neighbours.item_id, neighbours.neighbour_rank
