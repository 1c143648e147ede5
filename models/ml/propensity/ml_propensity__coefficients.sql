-- One row per outcome, feature and term of the published model, and its intercept.
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
    run_id
from {{ ref('ml_propensity__fit') }}
