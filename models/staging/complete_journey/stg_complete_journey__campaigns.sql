-- One row per campaign and household that it was sent to. The day that it was sent is
-- in the campaign's description: until then the row waits.
with
descriptions as (
    select
        {{ clean_text('campaign_id') }} as source_campaign_id,
        max(try_cast(start_date as date)) as start_date
    from {{ landed_relation('complete_journey', 'campaign_descriptions') }}
    group by all
),

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
        renamed.*,
        {{ reject_reasons({
            'missing_campaign': 'renamed.source_campaign_id is null',
            'missing_customer': 'renamed.source_customer_id is null',
            'after_as_of_date': 'descriptions.start_date >= ' ~ as_of_date(),
        }) }} as reject_reasons,
        {{ treatments() }} as treatments
    from renamed
    left join descriptions
        on renamed.source_campaign_id = descriptions.source_campaign_id
)

{{ judged_rows(
    'checked', 'complete_journey', 'campaigns',
    key=['source_campaign_id', 'source_customer_id']
) }}
