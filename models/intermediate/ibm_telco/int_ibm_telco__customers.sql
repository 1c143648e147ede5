-- One row per customer.
select
    'ibm_telco' as source,
    source_customer_id,
    cast(null as timestamp) as signed_up_at,
    cast(null as integer) as birth_year,
    lower(gender) as gender,
    cast(null as varchar) as occupation,
    cast(null as varchar) as income_band,
    cast(null as varchar) as region,
    'US' as country_code,
    cast(null as boolean) as has_marketing_consent,
    cast(null as boolean) as has_profiling_consent
from {{ ref('stg_ibm_telco__customers') }}
where row_status = 'accepted'
