-- One row per outcome, feature and term of the published model: all that it takes to
-- score somebody who is not here. An outcome that is withheld has none.
with
coefficients as (select * from {{ ref('ml_propensity__coefficients') }}),

texts as (select * from {{ ref('feat_texts') }}),

withheld as (
    select output from {{ ref('rpt_readiness') }} where decision = 'withheld'
)

select
    coefficients.outcome_type,
    coefficients.model,
    coefficients.feature,
    coalesce(texts.label, replace(coefficients.feature, '_', ' ')) as feature_label,
    coefficients.term,
    coefficients.term_rank,
    coefficients.knot,
    coefficients.level,
    coefficients.coefficient,
    coefficients.typical_value,
    coefficients.typical_level,
    coefficients.model in ({{ quoted(chosen_models()) }}) as is_approximate,
    coefficients.run_id
from coefficients
left join texts on coefficients.feature = texts.feature
where 'propensity:' || coefficients.outcome_type not in (select output from withheld)
order by coefficients.outcome_type, coefficients.feature, coefficients.term_rank
