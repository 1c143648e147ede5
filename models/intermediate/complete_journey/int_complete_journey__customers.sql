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
    demographics.income_band,
    'US' as country_code
from households
left join demographics
    on households.source_customer_id = demographics.source_customer_id
