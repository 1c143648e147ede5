-- One row per item and rank: who buys the neighbour tends to want the item too.
-- None where the records do not carry it.
with
readiness as (
    select distinct decision from {{ ref('rpt_readiness') }}
    where output = 'recommendations:new_for_you'
),

neighbours as (select * from {{ ref('ml_recommendations__neighbours') }}),

items as (select * from {{ ref('ml_recommendations__items') }})

select
    neighbours.item_id,
    items.item_name,
    neighbours.neighbour_rank,
    neighbours.neighbour_item_id,
    neighbour_items.item_name as neighbour_item_name,
    neighbours.similarity,
    neighbours.run_id
from neighbours
inner join items on neighbours.item_id = items.item_id
inner join items as neighbour_items
    on neighbours.neighbour_item_id = neighbour_items.item_id
cross join readiness
where
    neighbours.neighbour_rank <= {{ var('published_neighbour_count') }}
    and readiness.decision = 'published'
order by neighbours.item_id, neighbours.neighbour_rank
