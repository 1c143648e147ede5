-- One row per customer: how it went.
-- The file has no dates. It is taken as what was known at the end of August 2018, and
-- who left in September.
select
    'ibm_telco' as source,
    source_customer_id,
    'contract_churn' as outcome_type,
    timestamp '2018-09-01 12:00' as eligible_at,
    timestamp '2018-09-30 12:00' as observed_at,
    churn = 'Yes' as is_positive
from {{ ref('stg_ibm_telco__customers') }}
where row_status = 'accepted'
