-- One row per customer, `as_of_date` and outcome that is told by orders: who bought
-- enough in the days before the cut-off to still have it.
with
order_days as (
    {{ aged_days(where='order_count > 0 and (is_monthly or is_scoring_date)') }}
),

outcome_types as (
    select * from {{ ref('outcome_types') }}
    where outcome_type in ({{ quoted(var('outcomes')) }}) and kind <> 'label'
)

select
    order_days.customer_id,
    order_days.as_of_date,
    outcome_types.outcome_type,
    cast(sum(order_days.spend_amount) as decimal(18, 2)) as lookback_spend_amount
from order_days
inner join outcome_types on order_days.age_days <= outcome_types.lookback_days
where order_days.order_count > 0
group by order_days.customer_id, order_days.as_of_date, outcome_types.outcome_type
having sum(order_days.spend_amount) >= any_value(outcome_types.minimum_spend_amount)
