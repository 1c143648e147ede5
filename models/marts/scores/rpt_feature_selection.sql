-- One row per outcome and feature that the model may look at: what it says alone, in
-- how many folds it stays, how far today's customers are from those of the fit, and
-- whether and why the model takes it.
with
selection as (select * from {{ ref('ml_propensity__feature_selection') }}),

stability as (select * from {{ ref('ml_propensity__stability') }}),

texts as (select * from {{ ref('feature_texts') }})

select
    selection.outcome_type,
    selection.feature,
    coalesce(texts.label, replace(selection.feature, '_', ' ')) as feature_label,
    selection.kind,
    selection.known_rate,
    if(isnan(selection.auc_alone), null, selection.auc_alone) as auc_alone,
    selection.f_statistic,
    selection.mutual_information,
    selection.path_rank,
    selection.fold_rate,
    stability.stability_index,
    selection.is_kept,
    selection.reason
from selection
left join stability using (outcome_type, feature)
left join texts on selection.feature = texts.feature
order by selection.outcome_type, selection.feature
