-- One row per customer who can still have the outcome, and outcome: how likely it is,
-- what is at stake, and whether writing pays for itself.
with
scores as (select * from {{ ref('ml_propensity__scores') }}),

features as (
    select * from {{ ref('feat_customers') }} where as_of_date = {{ as_of_date() }}
),

outcome_types as (select * from {{ ref('outcome_types') }}),

costs as (
    select * from {{ ref('costs') }} where business = '{{ var("business") }}'
),

valued as (
    select
        scores.*,
        costs.save_rate,
        costs.contact_cost_amount,
        costs.margin_rate * outcome_types.loss_rate * outcome_types.horizon_days
        * coalesce(features.spend_amount_90d, 0) / 90.0 as value_at_stake_amount
    from scores
    left join features on scores.customer_id = features.customer_id
    inner join outcome_types on scores.outcome_type = outcome_types.outcome_type
    left join costs on scores.outcome_type = costs.outcome_type
),

expected as (
    select
        *,
        probability * save_rate * value_at_stake_amount - contact_cost_amount
            as expected_value_amount
    from valued
)

select
    customer_id,
    outcome_type,
    {{ as_of_date() }} as as_of_date,
    probability,
    decile,
    cast(value_at_stake_amount as decimal(18, 2)) as value_at_stake_amount,
    cast(expected_value_amount as decimal(18, 2)) as expected_value_amount,
    case when expected_value_amount > 0 then 'contact' else 'leave' end as decision,
    model,
    run_id
from expected
order by customer_id, outcome_type
