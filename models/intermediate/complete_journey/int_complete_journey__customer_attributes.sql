-- One row per household and answer. No `observed_at`: the survey has no date.
with
demographics as (
    select
        source_customer_id,
        age_band,
        household_size,
        household_composition,
        home_ownership,
        marital_status,
        kids_count
    from {{ ref('stg_complete_journey__demographics') }}
    where row_status = 'accepted'
),

answers as (
    unpivot demographics
    on age_band, household_size, household_composition, home_ownership,
        marital_status, kids_count
    into name attribute value text_value
)

select
    'complete_journey' as source,
    source_customer_id,
    attribute,
    cast(null as timestamp) as observed_at,
    cast(null as double) as numeric_value,
    text_value
from answers
