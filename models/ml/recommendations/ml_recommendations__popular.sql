-- One row per segment and item, best first: what most of its customers bought lately.
-- The empty segment is everybody, for those who have no segment yet.
with
purchases as (
    select distinct
        customer_id,
        item_id
    from {{ ref('ml_recommendations__training_set') }}
    where purchased_date >= {{ as_of_date() }} - {{ var('popularity_days') }}
),

segments as (select * from {{ ref('ml_segments__scores') }}),

grouped as (
    select
        segments.segment_id,
        purchases.item_id,
        count(*) as customer_count
    from purchases
    inner join segments on purchases.customer_id = segments.customer_id
    group by segments.segment_id, purchases.item_id
    union all by name
    select
        '' as segment_id,
        item_id,
        count(*) as customer_count
    from purchases
    group by item_id
)

select
    segment_id,
    item_id,
    customer_count,
    row_number() over (
        partition by segment_id order by customer_count desc, item_id asc
    ) as popularity_rank
from grouped
qualify popularity_rank <= {{ var('fallback_candidate_count') }}
