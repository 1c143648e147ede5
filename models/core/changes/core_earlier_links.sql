-- One row per customer of a source, as the last build linked them; none in a build from
-- nothing.
select
    source,
    source_customer_id,
    customer_id
from {{ before('core_customer_links') }}
