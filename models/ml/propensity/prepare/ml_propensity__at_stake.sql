-- One row per customer, `as_of_date` and outcome that the business knows itself: who
-- had something at stake. Today that is everybody of whom anything is known, except who
-- already had what happens once; of offers, whoever has one that runs and did not take
-- it yet.
with
as_of_dates as (select * from {{ ref('feat_as_of_dates') }}),

outcome_types as (
    select * from {{ ref('outcome_types') }}
    where kind = 'label' and outcome_type in ({{ quoted(var('outcomes')) }})
),

outcomes as (
    select
        outcomes.*,
        {{ local_date('outcomes.eligible_at') }} as as_of_date,
        {{ local_date('outcomes.observed_at') }} as observed_date,
        outcome_types.is_repeatable
    from {{ ref('core_outcomes') }} as outcomes
    inner join outcome_types on outcomes.outcome_type = outcome_types.outcome_type
),

offered as (
    select
        customer_id,
        outcome_type
    from {{ ref('feat_customers__offers') }} as offers
    inner join outcomes using (customer_id)
    where
        offers.as_of_date = {{ as_of_date() }}
        and offers.offered_date = outcomes.as_of_date
        and outcomes.item_tag is not null
    group by all
    having not bool_or(outcomes.is_positive)
),

by_label as (
    select distinct
        outcomes.customer_id,
        outcomes.as_of_date,
        outcomes.outcome_type
    from outcomes
    inner join as_of_dates on outcomes.as_of_date = as_of_dates.as_of_date
    where not as_of_dates.is_scoring_date
),

had_it as (
    select distinct
        customer_id,
        outcome_type
    from outcomes
    where is_positive and not is_repeatable and observed_date < {{ as_of_date() }}
),

today as (
    select
        known.customer_id,
        known.as_of_date,
        outcome_types.outcome_type
    from {{ ref('ml_propensity__features') }} as known
    cross join outcome_types
    left join had_it
        on
            known.customer_id = had_it.customer_id
            and outcome_types.outcome_type = had_it.outcome_type
    left join offered
        on
            known.customer_id = offered.customer_id
            and outcome_types.outcome_type = offered.outcome_type
    where
        known.as_of_date = {{ as_of_date() }}
        and had_it.customer_id is null
        and (offered.customer_id is not null or not outcome_types.has_offer)
)

select * from by_label
union all
select * from today
