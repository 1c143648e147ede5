-- One row per campaign and household that it was sent to.
with
landed as (select * from {{ landed('complete_journey', 'campaigns') }}),

renamed as (
    select
        -- ids
        {{ clean_text('campaign_id') }} as source_campaign_id,
        {{ clean_text('household_id') }} as source_customer_id,
        {{ landed_columns() }}
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_campaign': 'source_campaign_id is null',
            'missing_customer': 'source_customer_id is null',
        }) }} as reject_reasons,
        {{ treatments() }} as treatments
    from renamed
)

{{ judged_rows(
    'checked', 'complete_journey', 'campaigns',
    key=['source_campaign_id', 'source_customer_id']
) }}
