-- One row per pair of segments: how far their centres lie apart, in deviations.
with
registry as (select * from {{ ref('ml_segments__registry') }}),

centres as (
    select
        registry.segment_id,
        centroids.feature,
        centroids.centre
    from {{ ref('ml_segments__centroids') }} as centroids
    inner join registry on centroids.cluster_id = registry.cluster_id
)

select
    centres.segment_id,
    others.segment_id as neighbour_segment_id,
    round(sqrt(sum(pow(centres.centre - others.centre, 2))), 6) as centre_distance
from centres
inner join centres as others
    on
        centres.feature = others.feature
        and centres.segment_id <> others.segment_id
group by centres.segment_id, others.segment_id
