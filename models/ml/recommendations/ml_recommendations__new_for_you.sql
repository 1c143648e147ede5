-- One row per customer and rank: items that the customer has not bought. Neighbours of
-- what they bought come first; what is popular fills a list that is too short.
select
    customer_id,
    'new_for_you' as list_name,
    rank,
    item_id,
    score,
    '{{ var("recommendation_method") }}' as method,
    because_item_id
from {{ ref('ml_recommendations__candidates') }}
union all by name
select
    customer_id,
    'new_for_you' as list_name,
    rank,
    item_id,
    score,
    method,
    cast(null as varchar) as because_item_id
from {{ ref('ml_recommendations__fillers') }}
