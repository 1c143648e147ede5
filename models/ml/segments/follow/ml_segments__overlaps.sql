-- One row per segment of the version before and cluster of this fit: how many customers
-- of the fit date both models put there.
with
previous_assignments as (
    select * from {{ ref('ml_segments__previous_assignments') }}
    where as_of_date = {{ fit_date() }}
),

assignments as (
    select * from {{ ref('ml_segments__assignments') }}
    where as_of_date = {{ fit_date() }}
),

previous_registry as (
    select * from {{ ref('ml_segments__previous_registry') }}
    where cluster_id is not null
),

clusters as (select * from {{ ref('ml_segments__profiles') }}),

previous_centroids as (select * from {{ ref('ml_segments__previous_centroids') }}),

centroids as (select * from {{ ref('ml_segments__centroids') }}),

segment_sizes as (
    select
        segment_id,
        count(*) as segment_count
    from previous_assignments
    group by segment_id
),

shared as (
    select
        previous_assignments.segment_id,
        assignments.cluster_id,
        count(*) as shared_count
    from previous_assignments
    inner join assignments
        on previous_assignments.customer_id = assignments.customer_id
    group by previous_assignments.segment_id, assignments.cluster_id
),

distances as (
    select
        previous_centroids.cluster_id as previous_cluster_id,
        centroids.cluster_id,
        sqrt(sum(pow(previous_centroids.centre - centroids.centre, 2)))
            as centroid_distance
    from previous_centroids
    inner join centroids on previous_centroids.feature = centroids.feature
    group by previous_centroids.cluster_id, centroids.cluster_id
)

select
    previous_registry.segment_id,
    clusters.cluster_id,
    coalesce(shared.shared_count, 0) as shared_count,
    coalesce(segment_sizes.segment_count, 0) as segment_count,
    clusters.customer_count as cluster_count,
    coalesce(distances.centroid_distance, 0) as centroid_distance
from previous_registry
cross join clusters
left join segment_sizes on previous_registry.segment_id = segment_sizes.segment_id
left join shared
    on
        previous_registry.segment_id = shared.segment_id
        and clusters.cluster_id = shared.cluster_id
left join distances
    on
        previous_registry.cluster_id = distances.previous_cluster_id
        and clusters.cluster_id = distances.cluster_id
