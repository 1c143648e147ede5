-- One row per cluster and feature: the centre in deviations of the log, and the scaling
-- that it was fitted with, so that serving never scales anew.
with
centroids as (select * from {{ ref('ml_segments__fit') }}),

scaling as (select * from {{ ref('feat_scaling') }})

select
    cast(centroids.cluster_id as integer) as cluster_id,
    centroids.feature,
    centroids.centre,
    coalesce(scaling.log_mean, 0) as log_mean,
    coalesce(nullif(scaling.log_deviation, 0), 1) as log_deviation,
    centroids.run_id
from centroids
inner join scaling on centroids.feature = scaling.feature
