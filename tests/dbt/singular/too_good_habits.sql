-- Counted from the days before the cut-off a feature cannot know the future; where
-- customers are that regular it is worth a look all the same.
{{ config(severity='warn') }}
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
    and outcome_types.kind <> 'label'
    and selection.feature not in ({{ quoted(var('attribute_features')) }})
