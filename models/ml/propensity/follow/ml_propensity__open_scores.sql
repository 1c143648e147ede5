-- One row per customer, outcome and fit date whose horizon is not over yet: what was
-- said, kept until it can be held against what happened.
with
outcome_types as (select * from {{ ref('outcome_types') }}),

known as (
    select * from {{ state('ml_propensity__open_scores') }}
    union all by name
    select
        customer_id,
        outcome_type,
        {{ as_of_date() }} as as_of_date,
        probability,
        run_id
    from {{ ref('ml_propensity__scores') }}
    where {{ as_of_date() }} = {{ fit_date() }}
)

select known.*
from known
inner join outcome_types on known.outcome_type = outcome_types.outcome_type
where
    known.as_of_date + cast(outcome_types.horizon_days as integer) > {{ fit_date() }}
    and not outcome_types.has_offer
