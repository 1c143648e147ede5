-- One row per thing that a household did, or that was sent to it.
with
purchases as (
    select
        'complete_journey:' || source_order_id || ':' || source_item_id
            as interaction_id,
        source_customer_id,
        'complete_journey:' || source_item_id as item_id,
        'complete_journey:' || source_order_id as order_id,
        'transactions' as source_table,
        'purchase' as interaction_type,
        occurred_at,
        quantity,
        amount,
        discount_amount,
        load_id
    from {{ ref('stg_complete_journey__transactions') }}
    where row_status = 'accepted'
),

redemptions as (
    select
        'complete_journey:redemption:' || concat_ws(
            ':', source_customer_id, source_coupon_id, source_campaign_id,
            redemption_date
        ) as interaction_id,
        source_customer_id,
        'coupon_redemptions' as source_table,
        'redemption' as interaction_type,
        {{ utc_from_local('cast(redemption_date as timestamp)') }} as occurred_at,
        load_id
    from {{ ref('stg_complete_journey__coupon_redemptions') }}
    where row_status = 'accepted'
),

contacts as (
    select
        'complete_journey:contact:' || concat_ws(
            ':', campaigns.source_customer_id, campaigns.source_campaign_id
        ) as interaction_id,
        campaigns.source_customer_id,
        'campaigns' as source_table,
        'contact' as interaction_type,
        {{ utc_from_local('cast(descriptions.start_date as timestamp)') }}
            as occurred_at,
        campaigns.load_id
    from {{ ref('stg_complete_journey__campaigns') }} as campaigns
    inner join {{ ref('stg_complete_journey__campaign_descriptions') }} as descriptions
        on campaigns.source_campaign_id = descriptions.source_campaign_id
    where
        campaigns.row_status = 'accepted'
        and descriptions.row_status = 'accepted'
),

unioned as (
    select * from purchases
    union all by name
    select * from redemptions
    union all by name
    select * from contacts
)

select
    'complete_journey' as source,
    source_table,
    interaction_id,
    source_customer_id,
    item_id,
    order_id,
    interaction_type,
    occurred_at,
    quantity,
    amount,
    discount_amount,
    '{{ var("currency_code") }}' as currency_code,
    case when interaction_type = 'contact' then 'mail' else 'store' end as channel,
    load_id
from unioned
