-- One row per eligible customer, past cut-off and outcome: features before the cut-off
-- beside what happened after it. Above the row limit, a sample of whole customers.
with
labels as (select * from {{ ref('ml_propensity__labels') }}),

eligible as (select * from {{ ref('ml_propensity__eligible') }}),

features as (select * from {{ ref('feat_customers') }}),

sizes as (
    select outcome_type, count(*) as row_count from labels group by outcome_type
)

select
    labels.outcome_type,
    labels.horizon_end_date,
    labels.is_positive,
    eligible.customer_fold,
    features.*
from labels
inner join eligible using (customer_id, as_of_date, outcome_type)
inner join features using (customer_id, as_of_date)
inner join sizes using (outcome_type)
where
    {{ hash_bucket('labels.customer_id', 1000000) }}
    < 1000000.0 * {{ var('training_row_limit') }} / sizes.row_count
