-- One row per eligible customer, past cut-off and outcome whose horizon is over: whether
-- it happened, judged by the days from the cut-off on alone.
with
eligible as (select * from {{ ref('ml_propensity__eligible') }}),

outcome_types as (select * from {{ ref('outcome_types') }}),

customer_days as (select * from {{ ref('feat_customer_days') }}),

horizons as (
    select
        eligible.*,
        outcome_types.kind,
        outcome_types.drop_rate,
        outcome_types.horizon_days / outcome_types.lookback_days as horizon_rate,
        eligible.as_of_date + cast(outcome_types.horizon_days as integer)
            as horizon_end_date
    from eligible
    inner join outcome_types on eligible.outcome_type = outcome_types.outcome_type
    where
        eligible.as_of_date + cast(outcome_types.horizon_days as integer)
            <= {{ as_of_date() }}
),

next_days as (
    select
        horizons.customer_id,
        horizons.as_of_date,
        horizons.outcome_type,
        sum(customer_days.order_count) as order_count,
        sum(customer_days.spend_amount) as spend_amount
    from horizons
    inner join customer_days
        on
            horizons.customer_id = customer_days.customer_id
            and customer_days.activity_date >= horizons.as_of_date
            and customer_days.activity_date < horizons.horizon_end_date
    group by horizons.customer_id, horizons.as_of_date, horizons.outcome_type
)

select
    horizons.customer_id,
    horizons.as_of_date,
    horizons.outcome_type,
    horizons.horizon_end_date,
    case horizons.kind
        when 'lapse' then coalesce(next_days.order_count, 0) = 0
        when 'spend_drop' then
            coalesce(next_days.spend_amount, 0)
            < horizons.drop_rate * horizons.horizon_rate * horizons.lookback_spend_amount
    end as is_positive
from horizons
left join next_days
    on
        horizons.customer_id = next_days.customer_id
        and horizons.as_of_date = next_days.as_of_date
        and horizons.outcome_type = next_days.outcome_type
