-- One row per customer who can still have the outcome, and outcome. Decile 10 is the
-- most likely tenth; customers with the same probability share a decile.
with
probabilities as (
    select
        customer_id,
        outcome_type,
        {{ sigmoid('log_odds') }} as probability,
        model,
        run_id
    from {{ ref('ml_propensity__contributions') }}
),

tenths as (
    select
        outcome_type,
        {{ decile_cut_points('probability') }} as cut_points
    from probabilities
    group by outcome_type
)

select
    probabilities.customer_id,
    probabilities.outcome_type,
    probabilities.probability,
    {{ decile('probabilities.probability', 'tenths.cut_points') }} as decile,
    probabilities.model,
    probabilities.run_id
from probabilities
inner join tenths on probabilities.outcome_type = tenths.outcome_type
