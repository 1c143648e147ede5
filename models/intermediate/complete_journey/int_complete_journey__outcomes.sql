-- One row per household and campaign that was sent to it: whether it redeemed a coupon
-- of the campaign while that ran. It is known when the campaign is over, of early
-- redeemers too: else a fit in between would know those who did and not yet those who
-- did not.
with
campaigns as (
    select * from {{ ref('stg_complete_journey__campaigns') }}
    where row_status = 'accepted'
),

campaign_descriptions as (
    select * from {{ ref('stg_complete_journey__campaign_descriptions') }}
    where row_status = 'accepted'
),

redemptions as (
    select * from {{ ref('stg_complete_journey__coupon_redemptions') }}
    where row_status = 'accepted'
),

sent as (
    select
        campaigns.source_customer_id,
        campaigns.source_campaign_id,
        campaign_descriptions.start_date,
        campaign_descriptions.end_date,
        count(redemptions.source_coupon_id) as redemption_count
    from campaigns
    inner join campaign_descriptions
        on campaigns.source_campaign_id = campaign_descriptions.source_campaign_id
    left join redemptions
        on
            campaigns.source_customer_id = redemptions.source_customer_id
            and campaigns.source_campaign_id = redemptions.source_campaign_id
            and campaign_descriptions.start_date <= redemptions.redemption_date
            and campaign_descriptions.end_date >= redemptions.redemption_date
    group by all
)

select
    'complete_journey' as source,
    source_customer_id,
    'campaign_redemption' as outcome_type,
    {{ utc_from_local('cast(start_date as timestamp)') }} as eligible_at,
    {{ utc_from_local("end_date + time '23:59:59'") }} as observed_at,
    redemption_count > 0 as is_positive,
    'campaign:' || source_campaign_id as item_tag
from sent
