-- One row per segment and feature: the middle of the segment, and the scaling that it
-- is measured in. All that it takes to assign somebody who is not here.
with
centroids as (select * from {{ ref('ml_segments__centroids') }}),

registry as (select * from {{ ref('ml_segments__registry') }}),

texts as (select * from {{ ref('feat_texts') }}),

readiness as (
    select distinct decision from {{ ref('rpt_readiness') }}
    where output = 'segments'
)

select
    registry.segment_id,
    registry.segment_name,
    centroids.feature,
    centroids.cluster_id,
    cast(
        list_position([{{ quoted(var('segment_features')) }}], centroids.feature)
        as integer
    ) as feature_rank,
    coalesce(texts.label, centroids.feature) as feature_label,
    centroids.centre,
    centroids.log_mean,
    centroids.log_deviation,
    exp(centroids.log_mean + centroids.centre * centroids.log_deviation) - 1
        as typical_value,
    centroids.run_id
from centroids
inner join registry on centroids.cluster_id = registry.cluster_id
cross join readiness
left join texts on centroids.feature = texts.feature
where readiness.decision <> 'withheld'
order by registry.segment_id, feature_rank
