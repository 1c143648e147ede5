-- One row per household that answered the survey. It has no date, so it may describe a
-- customer and never enters a feature: those who answered are survivors.
with
landed as (select * from {{ landed('complete_journey', 'demographics') }}),

renamed as (
    select
        -- ids
        {{ clean_text('household_id') }} as source_customer_id,
        {{ landed_columns() }},

        -- text
        {{ clean_text('age') }} as age_band,
        {{ clean_text('income') }} as income_band,
        {{ clean_text('home_ownership') }} as home_ownership,
        {{ clean_text('marital_status') }} as marital_status,
        {{ clean_text('household_size') }} as household_size,
        {{ clean_text('household_comp') }} as household_composition,
        {{ clean_text('kids_count') }} as kids_count
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({'missing_customer': 'source_customer_id is null'}) }}
            as reject_reasons,
        {{ treatments() }} as treatments
    from renamed
)

{{ judged_rows(
    'checked', 'complete_journey', 'demographics',
    key=['source_customer_id']
) }}
