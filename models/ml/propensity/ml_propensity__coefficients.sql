-- One row per outcome and feature of the published model, and its intercept: the
-- coefficient, and the scaling of log(1 + x) that it was fitted with.
select
    outcome_type,
    model,
    feature,
    coefficient,
    centre,
    deviation,
    typical_value,
    run_id
from {{ ref('ml_propensity__fit') }}
