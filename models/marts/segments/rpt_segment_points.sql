-- One row per point of the map of segments: a customer of a sample, without an id,
-- where their features lie in the two directions in which customers differ most.
-- Segments with fewer than ten points are left out.
with
customers as (
    select * from {{ ref('ml_segments__training_set') }}
    where as_of_date = {{ as_of_date() }}
),

scores as (select * from {{ ref('ml_segments__scores') }}),

components as (
    {{ components_to_row(ref('ml_segments__components'), var('segment_features'), 2) }}
),

sampled as (
    select
        *,
        row_number() over (
            order by {{ hash_bucket('customer_id', 1000000007) }}, customer_id
        ) as place
    from scores
),

points as (
    select
        sampled.segment_id,
        sampled.segment_name,
        {{ component_values(var('segment_features'), 'customers', 'components', 2) }}
    from sampled
    inner join customers on sampled.customer_id = customers.customer_id
    cross join components
    where sampled.place <= {{ var('published_point_limit') }}
)

select
    cast(
        row_number() over (order by component_1, component_2, segment_id) as integer
    ) as point_number,
    *
from points
qualify
    count(*) over (partition by segment_id) >= {{ var('smallest_published_group') }}
order by point_number
