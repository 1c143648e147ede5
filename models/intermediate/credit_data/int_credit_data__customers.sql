-- One row per loan.
select
    'credit_data' as source,
    source_customer_id,
    'ES' as country_code
from {{ ref('stg_credit_data__customers') }}
where row_status = 'accepted'
