-- What somebody wrote down and parts the outcomes nearly alone knows the future, until
-- somebody says otherwise: the build stops and says its name.
select
    selection.*,
    printf(
        '%s predicts %s alone with AUC %.3f, over %.2f: does it know the future? '
        || 'Take it out of propensity_features, or raise largest_auc_alone',
        selection.feature,
        selection.outcome_type,
        selection.auc_alone,
        {{ var('largest_auc_alone') }}
    ) as message
from {{ ref('ml_propensity__feature_selection') }} as selection
inner join {{ ref('outcome_types') }} as outcome_types
    on selection.outcome_type = outcome_types.outcome_type
where
    selection.auc_alone > {{ var('largest_auc_alone') }}
    and not isnan(selection.auc_alone)
    and (
        outcome_types.kind = 'label'
        or selection.feature in ({{ quoted(var('attribute_features')) }})
    )
