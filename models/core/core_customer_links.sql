-- One row per customer of a source. A person known to one source only keeps the
-- source's pseudonym as `customer_id`.
-- The earlier links are kept first: depends_on {{ ref('core_earlier_links') }}
with
customers as ({{ union_feeds('customers') }})

select
    source,
    source_customer_id,
    source_customer_id as customer_id
from customers
