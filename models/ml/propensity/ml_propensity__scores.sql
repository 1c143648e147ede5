-- One row per customer who can still have the outcome, and outcome. Decile 10 is the
-- most likely tenth; customers with the same probability share a decile.
with
contributions as (select * from {{ ref('ml_propensity__contributions') }}),

probabilities as (
    select
        customer_id,
        outcome_type,
        {{ sigmoid('log_odds') }} as probability,
        model,
        run_id
    from contributions
),

cut_points as (
    select
        outcome_type,
        quantile_disc(
            probability, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
        ) as cut_points
    from probabilities
    group by outcome_type
)

select
    probabilities.customer_id,
    probabilities.outcome_type,
    probabilities.probability,
    cast(
        1 + len(
            list_filter(
                cut_points.cut_points,
                cut_point -> probabilities.probability > cut_point
            )
        ) as integer
    ) as decile,
    probabilities.model,
    probabilities.run_id
from probabilities
inner join cut_points on probabilities.outcome_type = cut_points.outcome_type
