-- One row per scored customer, outcome and reason: the three features that move the
-- score most, up or down, from that of the average customer.
with
contributions as (select * from {{ ref('ml_propensity__contributions') }}),

coefficients as (select * from {{ ref('ml_propensity__coefficients') }}),

features as (
    select * from {{ ref('feat_matrix') }} where as_of_date = {{ as_of_date() }}
),

strongest as (
    select
        customer_id,
        outcome_type,
        log_odds,
        run_id,
        {{ strongest_contributions(var('features'), 3) }} as reasons
    from contributions
),

ranked as (
    select
        customer_id,
        outcome_type,
        log_odds,
        run_id,
        unnest(generate_series(1, len(reasons))) as reason_rank,
        unnest(reasons) as reason
    from strongest
)

select
    ranked.customer_id,
    ranked.outcome_type,
    cast(ranked.reason_rank as integer) as reason_rank,
    ranked.reason.feature as feature,
    features.value as feature_value,
    coefficients.typical_value,
    ranked.reason.contribution as contribution_log_odds,
    100 * (
        {{ sigmoid('ranked.log_odds') }}
        - {{ sigmoid('ranked.log_odds - ranked.reason.contribution') }}
    ) as contribution_points,
    ranked.run_id
from ranked
inner join coefficients
    on
        ranked.outcome_type = coefficients.outcome_type
        and ranked.reason.feature = coefficients.feature
left join features
    on
        ranked.customer_id = features.customer_id
        and ranked.reason.feature = features.feature
where ranked.reason.contribution <> 0
