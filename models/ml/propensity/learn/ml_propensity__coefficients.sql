-- One row per outcome, feature and term of the published model, and its intercept: of
-- the last fit, or of the one before that did better on what neither had seen.
select
    outcome_type,
    model,
    feature,
    term,
    term_rank,
    knot,
    level,
    coefficient,
    typical_value,
    typical_level,
    run_id,
    cast(fit_date as date) as fit_date,
    refit_verdict,
    refit_gain,
    refit_gain_error
from {{ ref('ml_propensity__fit') }}
