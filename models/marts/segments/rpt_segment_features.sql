-- One row per feature that the business segments by: whether it is used, and how much
-- it does.
select
    features.feature,
    features.feature_place,
    features.is_used,
    features.reason,
    features.separation_rate,
    features.spread_rate,
    features.missing_rate,
    features.alike_feature,
    features.alike_correlation
from {{ ref('ml_segments__features') }} as features
order by features.feature_place
