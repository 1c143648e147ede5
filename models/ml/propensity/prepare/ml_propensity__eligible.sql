-- One row per customer, `as_of_date` and outcome: who can still have the outcome,
-- judged by the days before the cut-off alone, or by what the business knows itself.
with
as_of_dates as (select * from {{ ref('feat_as_of_dates') }}),

outcome_types as (
    select * from {{ ref('outcome_types') }}
    where outcome_type in ({{ quoted(var('outcomes')) }})
),

order_days as (select * from {{ ref('feat_customer_days') }} where order_count > 0),

lookbacks as (
    select
        as_of_dates.as_of_date,
        outcome_types.outcome_type,
        outcome_types.minimum_spend_amount,
        as_of_dates.as_of_date - cast(outcome_types.lookback_days as integer)
            as lookback_start_date
    from as_of_dates
    cross join outcome_types
    where
        (as_of_dates.is_monthly or as_of_dates.is_scoring_date)
        and outcome_types.kind <> 'label'
),

by_what_they_did as (
    select
        order_days.customer_id,
        lookbacks.as_of_date,
        lookbacks.outcome_type,
        cast(sum(order_days.spend_amount) as decimal(18, 2)) as lookback_spend_amount
    from order_days
    inner join lookbacks
        on
            order_days.activity_date >= lookbacks.lookback_start_date
            and order_days.activity_date < lookbacks.as_of_date
    group by order_days.customer_id, lookbacks.as_of_date, lookbacks.outcome_type
    having sum(order_days.spend_amount) >= any_value(lookbacks.minimum_spend_amount)
)

select * from by_what_they_did
union all by name
select
    customer_id,
    as_of_date,
    outcome_type,
    cast(null as decimal(18, 2)) as lookback_spend_amount
from {{ ref('ml_propensity__at_stake') }}
