-- One row per customer and date of the training set: the nearest centroid and the next
-- nearest, with the distances to them.
with
customers as (select * from {{ ref('ml_segments__training_set') }}),

centroids as (
    {{ centroids_to_row(
        ref('ml_segments__centroids'), var('segment_features'), segment_limit()
    ) }}
),

distances as (
    select
        customers.customer_id,
        customers.as_of_date,
        centroids.run_id,
        {{ centroid_distances(
            var('segment_features'), 'customers', 'centroids', segment_limit()
        ) }}
    from customers
    cross join centroids
),

nearest as (
    select
        *,
        {{ nearest_cluster(segment_limit()) }} as cluster_id,
        {{ nearest_distance(segment_limit()) }} as segment_distance
    from distances
),

runners_up as (
    select
        *,
        {{ runner_up_distance(segment_limit()) }} as runner_up_distance
    from nearest
)

select
    customer_id,
    as_of_date,
    cast(cluster_id as integer) as cluster_id,
    segment_distance,
    cast({{ runner_up_cluster(segment_limit()) }} as integer)
        as runner_up_cluster_id,
    runner_up_distance,
    run_id
from runners_up
