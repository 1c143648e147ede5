-- One row per customer and `as_of_date`: what they did besides buying, and what was
-- sent to them.
with
aged_days as (
    {{ aged_days(
        where='browsing_count > 0 or opinion_count > 0 or support_count > 0 '
            ~ 'or contact_count > 0 or redemption_count > 0',
        within_days=90
    ) }}
)

select
    customer_id,
    as_of_date,
    {{ window_sum('browsing_count', 28) }} as browsing_count_28d,
    {{ window_sum('browsing_count', 90) }} as browsing_count_90d,
    {{ window_sum('opinion_count', 90) }} as opinion_count_90d,
    {{ window_sum('support_count', 90) }} as support_count_90d,
    {{ window_sum('contact_count', 90) }} as contact_count_90d,
    {{ window_sum('redemption_count', 90) }} as redemption_count_90d
from aged_days
group by customer_id, as_of_date
