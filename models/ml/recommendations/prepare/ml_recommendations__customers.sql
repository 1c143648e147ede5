-- One row per customer: the segment whose rules hold, empty for those who have none.
select
    customers.customer_id,
    coalesce(segments.segment_id, '') as segment_id
from {{ ref('core_customers') }} as customers
left join {{ ref('ml_segments__scores') }} as segments
    on customers.customer_id = segments.customer_id
