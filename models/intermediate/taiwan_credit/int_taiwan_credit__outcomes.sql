-- One row per customer: how it went.
-- What was known at the end of September 2005, and the payment of October.
select
    'taiwan_credit' as source,
    source_customer_id,
    'payment_default' as outcome_type,
    timestamp '2005-10-01 12:00' as eligible_at,
    timestamp '2005-10-31 12:00' as observed_at,
    missed_payment = 1 as is_positive
from {{ ref('stg_taiwan_credit__customers') }}
where row_status = 'accepted'
