-- A feature that parts the outcomes nearly alone knows the future until somebody says
-- otherwise: the build stops and says its name.
select
    *,
    printf(
        '%s predicts %s alone with AUC %.3f, over %.2f: does it know the future? '
        || 'Take it out of propensity_features, or raise largest_auc_alone',
        feature,
        outcome_type,
        auc_alone,
        {{ var('largest_auc_alone') }}
    ) as message
from {{ ref('ml_propensity__feature_selection') }}
where auc_alone > {{ var('largest_auc_alone') }} and not isnan(auc_alone)
