-- One row per eligible customer, past cut-off and outcome whose horizon is over:
-- whether it happened, judged by the days from the cut-off on alone.
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
