-- One row per scored customer, outcome and reason: the three features that move the
-- score most, up or down, from that of the average customer.
with
contributions as (select * from {{ ref('ml_propensity__contributions') }}),

typical as (
    select distinct
        outcome_type,
        feature,
        typical_value,
        typical_level
    from {{ ref('ml_propensity__coefficients') }}
),

features as (
    select * from {{ ref('ml_propensity__features') }}
    where as_of_date = {{ as_of_date() }}
),

strongest as (
    select
        contributions.customer_id,
        contributions.outcome_type,
        contributions.log_odds,
        contributions.is_approximate,
        contributions.run_id,
        {{ strongest_contributions(
            propensity_features(), 'contributions', 'features', 3
        ) }} as reasons
    from contributions
    inner join features on contributions.customer_id = features.customer_id
),

ranked as (
    select
        customer_id,
        outcome_type,
        log_odds,
        is_approximate,
        run_id,
        unnest(generate_series(1, len(reasons))) as reason_rank,
        -- A column for each field of a reason.
        unnest(reasons, max_depth := 2) -- noqa: AL03
    from strongest
)

select
    ranked.customer_id,
    ranked.outcome_type,
    cast(ranked.reason_rank as integer) as reason_rank,
    ranked.feature,
    ranked.feature_value,
    ranked.feature_level,
    typical.typical_value,
    typical.typical_level,
    ranked.contribution as contribution_log_odds,
    100 * (
        {{ sigmoid('ranked.log_odds') }}
        - {{ sigmoid('ranked.log_odds - ranked.contribution') }}
    ) as contribution_points,
    ranked.is_approximate,
    ranked.run_id
from ranked
inner join typical using (outcome_type, feature)
where ranked.contribution <> 0
