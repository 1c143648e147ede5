-- One row per coupon, product and campaign.
with
landed as (select * from {{ landed('complete_journey', 'coupons') }}),

renamed as (
    select
        -- ids
        {{ clean_text('coupon_upc') }} as source_coupon_id,
        {{ clean_text('product_id') }} as source_item_id,
        {{ clean_text('campaign_id') }} as source_campaign_id,
        {{ landed_columns() }}
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_coupon': 'source_coupon_id is null',
            'missing_product': 'source_item_id is null',
            'missing_campaign': 'source_campaign_id is null',
        }) }} as reject_reasons,
        {{ treatments() }} as treatments
    from renamed
)

{{ judged_rows(
    'checked', 'complete_journey', 'coupons',
    key=['source_coupon_id', 'source_item_id', 'source_campaign_id']
) }}
