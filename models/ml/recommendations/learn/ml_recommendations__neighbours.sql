-- One row per item and neighbour: customers who buy the neighbour also want the item,
-- or where the similarity is negative, rather not.
select
    item_id,
    cast(neighbour_rank as integer) as neighbour_rank,
    neighbour_item_id,
    similarity,
    neighbour_common,
    run_id
from {{ ref('ml_recommendations__fit_neighbours') }}
