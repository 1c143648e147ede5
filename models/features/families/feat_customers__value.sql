-- One row per customer and `as_of_date`: what they are worth and where that is heading.
with
aged_days as (
    {{ aged_days(where='spend_amount <> 0 or return_amount <> 0', within_days=365) }}
),

totals as (
    select
        customer_id,
        as_of_date,
        max(age_days) as tenure_days,
        {{ window_sum('return_amount', 365, 'decimal(18, 2)') }} as return_amount_365d,
        {{ window_sum('spend_amount', 28, 'decimal(18, 2)') }} as spend_amount_28d,
        {{ window_sum('spend_amount', 56, 'decimal(18, 2)') }} as spend_amount_56d,
        {{ window_sum('spend_amount', 365, 'decimal(18, 2)') }} as spend_amount_365d
    from aged_days
    group by customer_id, as_of_date
)

select
    customer_id,
    as_of_date,
    tenure_days,
    return_amount_365d,
    {{ rate('return_amount_365d', 'spend_amount_365d') }} as return_rate_365d,
    {{ rate('spend_amount_28d', 'spend_amount_56d') }} as recent_spend_rate_56d
from totals
