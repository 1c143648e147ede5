-- One row per eligible customer, past cut-off and outcome: features before the cut-off
-- beside what happened after it. Above the row limits, a sample of whole customers; the
-- backtest's sample is a part of the fit's.
with
labels as (
    select
        *,
        {{ hash_bucket('customer_id', 1000000) }} / 1000000.0 as customer_place
    from {{ ref('ml_propensity__labels') }}
),

features as (select * from {{ ref('ml_propensity__features') }}),

sizes as (
    select
        outcome_type,
        count(*) as row_count
    from labels
    group by outcome_type
)

select
    labels.outcome_type,
    labels.horizon_end_date,
    labels.is_positive,
    labels.customer_place < {{ var('backtest_row_limit') }} / sizes.row_count
        as is_in_backtest,
    features.*
from labels
inner join sizes on labels.outcome_type = sizes.outcome_type
inner join features using (customer_id, as_of_date)
where labels.customer_place < {{ var('training_row_limit') }} / sizes.row_count
