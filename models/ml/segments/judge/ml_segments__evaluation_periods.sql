-- One row per customer at the newest cut-off whose horizon is over: the segment then,
-- by the present centroids, what came in the days after, and the segment today.
with
assignments as (
    select * from {{ ref('ml_segments__assignments') }}
    where as_of_date + {{ var('segment_horizon_days') }} <= {{ as_of_date() }}
),

registry as (select * from {{ ref('ml_segments__registry') }}),

scores as (select * from {{ ref('ml_segments__scores') }}),

customer_days as (select * from {{ ref('feat_customer_days') }})

select
    assignments.customer_id,
    assignments.as_of_date,
    registry.segment_id,
    scores.segment_id as next_segment_id,
    scores.segment_name as next_segment_name,
    cast(coalesce(sum(customer_days.spend_amount), 0) as double) as next_spend_amount,
    coalesce(sum(customer_days.order_count), 0) = 0 as has_lapsed
from assignments
inner join registry on assignments.cluster_id = registry.cluster_id
inner join scores on assignments.customer_id = scores.customer_id
left join customer_days
    on
        assignments.customer_id = customer_days.customer_id
        and assignments.as_of_date <= customer_days.activity_date
        and customer_days.activity_date
        < assignments.as_of_date + {{ var('segment_horizon_days') }}
group by all
