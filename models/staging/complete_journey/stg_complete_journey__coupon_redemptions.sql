-- One row per coupon, household and day of redemption. The date is the store's own.
with
landed as (select * from {{ landed('complete_journey', 'coupon_redemptions') }}),

renamed as (
    select
        -- ids
        {{ clean_text('household_id') }} as source_customer_id,
        {{ clean_text('coupon_upc') }} as source_coupon_id,
        {{ clean_text('campaign_id') }} as source_campaign_id,
        {{ landed_columns() }},

        -- dates
        try_cast(redemption_date as date) as redemption_date
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_customer': 'source_customer_id is null',
            'missing_coupon': 'source_coupon_id is null',
            'bad_time': 'redemption_date is null',
            'after_as_of_date': 'redemption_date >= ' ~ as_of_date(),
        }) }} as reject_reasons,
        {{ treatments() }} as treatments
    from renamed
)

{{ judged_rows(
    'checked', 'complete_journey', 'coupon_redemptions',
    key=['source_customer_id', 'source_coupon_id', 'source_campaign_id',
         'redemption_date']
) }}
