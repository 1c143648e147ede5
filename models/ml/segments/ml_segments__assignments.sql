-- One row per customer, at the fit date and at the scoring date: the nearest centroid,
-- with the distance to it.
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
)

select
    customer_id,
    as_of_date,
    cast({{ nearest_cluster(segment_limit()) }} as integer) as cluster_id,
    sqrt({{ nearest_distance(segment_limit()) }}) as segment_distance,
    run_id
from distances
