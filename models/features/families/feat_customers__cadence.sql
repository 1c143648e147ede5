-- One row per customer and `as_of_date`: the rhythm of buying. A gap is the days
-- between two days with an order; both lie before the cut-off. Whoever has a gap in the
-- window has their last order in it too, so days outside it need not be read.
with
aged_days as ({{ aged_days(where='order_count > 0', within_days=180) }}),

rhythm as (
    select
        customer_id,
        as_of_date,
        {{ active_weeks(28) }} as active_week_count_28d,
        {{ active_weeks(56) }} as active_week_count_56d,
        {{ active_weeks(90) }} as active_week_count_90d,
        {{ window_sum('case when order_count > 0 then 1 end', 90) }}
            as active_day_count_90d,
        count(gap_days) as gap_count_180d,
        avg(gap_days) as gap_days_mean_180d,
        quantile_cont(gap_days, [0.5, 0.9]) as gap_days_quantiles,
        min(case when order_count > 0 then age_days end) as days_since_last_order
    from aged_days
    group by customer_id, as_of_date
)

select
    * exclude (gap_days_quantiles, days_since_last_order),
    gap_days_quantiles[1] as gap_days_median_180d,
    gap_days_quantiles[2] as gap_days_p90_180d,
    {{ rate('days_since_last_order', 'gap_days_p90_180d') }} as overdue_rate_180d
from rhythm
