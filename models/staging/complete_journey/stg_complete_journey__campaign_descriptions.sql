-- One row per campaign.
with
landed as (select * from {{ landed('complete_journey', 'campaign_descriptions') }}),

renamed as (
    select
        -- ids
        {{ clean_text('campaign_id') }} as source_campaign_id,
        {{ landed_columns() }},

        -- text
        {{ clean_text('campaign_type') }} as campaign_type,

        -- dates
        try_cast(start_date as date) as start_date,
        try_cast(end_date as date) as end_date
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_campaign': 'source_campaign_id is null',
            'bad_dates': 'start_date is null or end_date is null or end_date < start_date',
            'after_as_of_date': 'start_date >= ' ~ as_of_date(),
        }) }} as reject_reasons,
        {{ treatments() }} as treatments
    from renamed
)

{{ judged_rows(
    'checked', 'complete_journey', 'campaign_descriptions',
    key=['source_campaign_id']
) }}
