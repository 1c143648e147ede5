-- One row per cluster and feature of the model of the version before, with its scaling;
-- `centre` is the same place in the deviations of today's scaling.
with
previous as (select * from {{ state('ml_segments__centroids') }}),

scaling as (select * from {{ ref('feat_scaling') }})

select
    previous.cluster_id,
    previous.feature,
    previous.centre as fitted_centre,
    previous.log_mean,
    previous.log_deviation,
    (
        previous.centre * previous.log_deviation
        + previous.log_mean
        - scaling.log_mean
    ) / coalesce(nullif(scaling.log_deviation, 0), 1) as centre,
    previous.run_id
from previous
inner join scaling on previous.feature = scaling.feature
