-- One row per customer of a source, so that a source's own id finds the customer.
select
    source,
    source_customer_id,
    customer_id
from {{ ref('core_customer_links') }}
order by source_customer_id
