-- One row per household that appears in any table. Demographics only describe.
with
transactions as (select * from {{ ref('stg_complete_journey__transactions') }}),

campaigns as (select * from {{ ref('stg_complete_journey__campaigns') }}),

demographics as (
    select * from {{ ref('stg_complete_journey__demographics') }}
    where row_status = 'accepted'
),

households as (
    select source_customer_id from transactions where row_status = 'accepted'
    union distinct
    select source_customer_id from campaigns where row_status = 'accepted'
    union distinct
    select source_customer_id from demographics
)

select
    'complete_journey' as source,
    households.source_customer_id,
    cast(null as timestamp) as signed_up_at,
    cast(null as integer) as birth_year,
    cast(null as varchar) as gender,
    cast(null as varchar) as occupation,
    demographics.income_band,
    cast(null as varchar) as region,
    'US' as country_code,
    cast(null as boolean) as has_marketing_consent,
    cast(null as boolean) as has_profiling_consent
from households
left join demographics
    on households.source_customer_id = demographics.source_customer_id
