-- One row per customer.
select
    'ibm_telco' as source,
    source_customer_id,
    lower(gender) as gender,
    'US' as country_code
from {{ ref('stg_ibm_telco__customers') }}
where row_status = 'accepted'
