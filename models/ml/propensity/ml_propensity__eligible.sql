-- One row per customer, `as_of_date` and outcome: who can still have the outcome, judged
-- by the days before the cut-off alone.
with
outcome_types as (
    select * from {{ ref('outcome_types') }}
    where outcome_type in ({{ quoted(var('outcomes')) }})
),

aged_days as ({{ aged_days(within_days=366) }})

select
    aged_days.customer_id,
    aged_days.as_of_date,
    outcome_types.outcome_type,
    cast(sum(aged_days.spend_amount) as decimal(18, 2)) as lookback_spend_amount,
    {{ hash_bucket('aged_days.customer_id', 5) }} as customer_fold
from aged_days
inner join outcome_types on aged_days.age_days <= outcome_types.lookback_days
group by aged_days.customer_id, aged_days.as_of_date, outcome_types.outcome_type
having
    sum(aged_days.order_count) > 0
    and sum(aged_days.spend_amount) >= any_value(outcome_types.minimum_spend_amount)
