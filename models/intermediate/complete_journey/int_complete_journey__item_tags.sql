-- One row per product and campaign that has a coupon for it.
select distinct
    'complete_journey:' || source_item_id as item_id,
    'campaign' as tag_type,
    'campaign:' || source_campaign_id as tag
from {{ ref('stg_complete_journey__coupons') }}
where row_status = 'accepted'
