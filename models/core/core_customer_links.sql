-- One row per customer of a source. A person whom no key ties to another record keeps
-- the source's pseudonym as `customer_id`.
-- The earlier links are kept first: depends_on {{ ref('core_earlier_links') }}
with
customers as ({{ union_feeds('customers') }}),

components as (select * from {{ ref('core_identity_components') }})

select
    customers.source,
    customers.source_customer_id,
    coalesce(components.customer_id, customers.source_customer_id) as customer_id
from customers
left join components using (source, source_customer_id)
