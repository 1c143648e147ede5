-- One row per customer.
select
    'taiwan_credit' as source,
    source_customer_id,
    cast(2005 - age_years as integer) as birth_year,
    gender,
    'TW' as country_code
from {{ ref('stg_taiwan_credit__customers') }}
where row_status = 'accepted'
