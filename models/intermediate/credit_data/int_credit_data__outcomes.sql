-- One row per loan: how it went.
-- The file has no dates: these say only that what was known came before the loan, and
-- how it went after it.
select
    'credit_data' as source,
    source_customer_id,
    'loan_default' as outcome_type,
    timestamp '2000-01-01 12:00' as eligible_at,
    timestamp '2000-12-31 12:00' as observed_at,
    status = 'bad' as is_positive
from {{ ref('stg_credit_data__customers') }}
where row_status = 'accepted'
