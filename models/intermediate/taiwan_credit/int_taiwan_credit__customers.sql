-- One row per customer.
select
    'taiwan_credit' as source,
    source_customer_id,
    cast(null as timestamp) as signed_up_at,
    cast(2005 - age_years as integer) as birth_year,
    gender,
    cast(null as varchar) as occupation,
    cast(null as varchar) as income_band,
    cast(null as varchar) as region,
    'TW' as country_code,
    cast(null as boolean) as has_marketing_consent,
    cast(null as boolean) as has_profiling_consent
from {{ ref('stg_taiwan_credit__customers') }}
where row_status = 'accepted'
