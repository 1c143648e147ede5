-- One row per eligible customer, past cut-off and outcome whose horizon is over:
-- whether it happened, judged by the days from the cut-off on alone, or as the business
-- itself knew it afterwards.
with
eligible as (select * from {{ ref('ml_propensity__eligible') }}),

outcome_types as (select * from {{ ref('outcome_types') }}),

order_days as (select * from {{ ref('feat_customer_days') }} where order_count > 0),

horizons as (
    select
        eligible.customer_id,
        eligible.as_of_date,
        eligible.outcome_type,
        eligible.as_of_date + cast(outcome_types.horizon_days as integer)
            as horizon_end_date,
        outcome_types.kind,
        outcome_types.drop_rate
        * eligible.lookback_spend_amount
        * outcome_types.horizon_days
        / outcome_types.lookback_days as least_spend_amount
    from eligible
    inner join outcome_types on eligible.outcome_type = outcome_types.outcome_type
    where outcome_types.kind <> 'label'
),

outcomes as (
    select
        customer_id,
        {{ local_date('eligible_at') }} as as_of_date,
        outcome_type,
        {{ local_date('observed_at') }} + 1 as horizon_end_date,
        is_positive
    from {{ ref('core_outcomes') }}
),

known_afterwards as (
    select
        outcomes.customer_id,
        outcomes.as_of_date,
        outcomes.outcome_type,
        max(outcomes.horizon_end_date) as horizon_end_date,
        bool_or(outcomes.is_positive) as is_positive
    from outcomes
    semi join eligible using (customer_id, as_of_date, outcome_type)
    group by outcomes.customer_id, outcomes.as_of_date, outcomes.outcome_type
    having max(outcomes.horizon_end_date) <= {{ fit_date() }}
)

select
    horizons.customer_id,
    horizons.as_of_date,
    horizons.outcome_type,
    horizons.horizon_end_date,
    case horizons.kind
        when 'lapse' then count(order_days.customer_id) = 0
        when 'spend_drop' then
            coalesce(sum(order_days.spend_amount), 0) < horizons.least_spend_amount
    end as is_positive
from horizons
left join order_days
    on
        horizons.customer_id = order_days.customer_id
        and horizons.as_of_date <= order_days.activity_date
        and horizons.horizon_end_date > order_days.activity_date
where horizons.horizon_end_date <= {{ fit_date() }}
group by
    horizons.customer_id,
    horizons.as_of_date,
    horizons.outcome_type,
    horizons.horizon_end_date,
    horizons.kind,
    horizons.least_spend_amount
union all by name
select * from known_afterwards
