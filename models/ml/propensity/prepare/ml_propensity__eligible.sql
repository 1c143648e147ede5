-- One row per customer, `as_of_date` and outcome: who can still have the outcome,
-- judged by the days before the cut-off alone, or by what the business knows itself.
{{ config(materialized='view') }}

with
cutoffs as (
    select as_of_date from {{ ref('feat_as_of_dates') }}
    where is_monthly or is_scoring_date
)

select
    customer_id,
    as_of_date,
    outcome_type,
    lookback_spend_amount
from {{ ref('ml_propensity__active_customers') }}
semi join cutoffs using (as_of_date)
union all by name
select
    customer_id,
    as_of_date,
    outcome_type,
    cast(null as decimal(18, 2)) as lookback_spend_amount
from {{ ref('ml_propensity__at_stake') }}
