-- One row per customer, list and rank, in words that a shop page can show. Publishing
-- orders them. Between fits, lists that stay are kept.
with
scores as (select * from {{ ref('ml_recommendations__scores') }}),

items as (select * from {{ ref('ml_recommendations__items') }}),

runs as (select max(run_id) as run_id from {{ ref('ml_recommendations__neighbours') }})

select
    scores.customer_id,
    {{ as_of_date() }} as as_of_date,
    scores.list_name,
    cast(scores.rank as integer) as rank,
    scores.item_id,
    items.item_name,
    items.category,
    scores.score,
    scores.because_item_id,
    because_items.item_name as because_item_name,
    scores.method,
    scores.moved_by,
    runs.run_id
from {{ of_missing('scores', 'customer_id') }} as scores
inner join items on scores.item_id = items.item_id
left join items as because_items on scores.because_item_id = because_items.item_id
cross join runs
