-- One row per customer and `as_of_date`: how recently, how often, for how
-- much. The last order may lie years back, so no day with an order is left out; nor one
-- with what else speaks for an item, which counts as neither an order nor spend.
with
aged_days as ({{ aged_days(where='order_count > 0 or choice_count > 0') }})

select
    customer_id,
    as_of_date,
    min(case when order_count > 0 then age_days end) as days_since_last_order,
    min(case when choice_count > 0 then age_days end) as days_since_last_choice,
    max(case when order_count > 0 then age_days end) as days_since_first_order,
    count(case when order_count > 0 then 1 end) as order_day_count,
    {{ window_sum('order_count', 28) }} as order_count_28d,
    {{ window_sum('order_count', 56) }} as order_count_56d,
    {{ window_sum('order_count', 90) }} as order_count_90d,
    {{ window_sum('order_count', 365) }} as order_count_365d,
    {{ window_sum('spend_amount', 28, 'decimal(18, 2)') }} as spend_amount_28d,
    {{ window_sum('spend_amount', 56, 'decimal(18, 2)') }} as spend_amount_56d,
    {{ window_sum('spend_amount', 90, 'decimal(18, 2)') }} as spend_amount_90d,
    {{ window_sum('spend_amount', 365, 'decimal(18, 2)') }} as spend_amount_365d
from aged_days
group by customer_id, as_of_date
