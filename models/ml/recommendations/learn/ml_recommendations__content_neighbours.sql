-- One row per item and rank: what is said of the neighbour is like what is said of the
-- item. Made anew at every build, so that an item on its first day has neighbours too.
select
    item_id,
    cast(neighbour_rank as integer) as neighbour_rank,
    neighbour_item_id,
    least(similarity, 1) as similarity, -- rounded weights can add up to more
    run_id
from {{ ref('ml_recommendations__fit_content') }}
