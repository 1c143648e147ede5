-- One row per item. What is not merchandise (fuel, fees, coupons) keeps its money in
-- the totals and stays out of features, outcomes and recommendations. In an increment,
-- only after what changed was noted: {{ ref('core_changed_items') }}.
with
items as ({{ union_feeds('items') }})

select
    item_id,
    source,
    item_name,
    item_type,
    category,
    brand,
    price_amount,
    released_date,
    description,
    is_merchandise,
    coalesce(is_available, true) as is_available
from items
