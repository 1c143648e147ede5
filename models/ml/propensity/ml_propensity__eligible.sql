-- One row per customer, `as_of_date` and outcome: who can still have the outcome,
-- judged by the days before the cut-off alone. Of outcomes that the business knows
-- itself, it says who had something at stake; today that is everybody of whom anything
-- is known, and where it happens once, who did not have it yet.
with
as_of_dates as (select * from {{ ref('feat_as_of_dates') }}),

outcome_types as (
    select * from {{ ref('outcome_types') }}
    where outcome_type in ({{ quoted(var('outcomes')) }})
),

order_days as (select * from {{ ref('feat_customer_days') }} where order_count > 0),

outcomes as (
    select
        *,
        {{ local_date('eligible_at') }} as as_of_date,
        {{ local_date('observed_at') }} as observed_date
    from {{ ref('core_outcomes') }}
),

known as (
    select * from {{ ref('ml_propensity__features') }}
    where as_of_date = {{ as_of_date() }}
),

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
),

by_label as (
    select distinct
        outcomes.customer_id,
        outcomes.as_of_date,
        outcomes.outcome_type,
        cast(null as decimal(18, 2)) as lookback_spend_amount
    from outcomes
    inner join outcome_types on outcomes.outcome_type = outcome_types.outcome_type
    inner join as_of_dates on outcomes.as_of_date = as_of_dates.as_of_date
    where outcome_types.kind = 'label' and not as_of_dates.is_scoring_date
),

had_it as (
    select distinct
        outcomes.customer_id,
        outcomes.outcome_type
    from outcomes
    inner join outcome_types on outcomes.outcome_type = outcome_types.outcome_type
    where
        outcomes.is_positive
        and outcomes.observed_date < {{ as_of_date() }}
        and not outcome_types.is_repeatable
),

today as (
    select
        known.customer_id,
        known.as_of_date,
        outcome_types.outcome_type,
        cast(null as decimal(18, 2)) as lookback_spend_amount
    from known
    cross join outcome_types
    left join had_it
        on
            known.customer_id = had_it.customer_id
            and outcome_types.outcome_type = had_it.outcome_type
    where outcome_types.kind = 'label' and had_it.customer_id is null
)

select * from by_what_they_did
union all by name
select * from by_label
union all by name
select * from today
