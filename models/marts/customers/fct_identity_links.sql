-- One row per source customer and key that another one has too: why a customer's
-- records are one person, and which keys were kept out. Of a key it shows a part of its
-- keyed hash, enough to tell the keys of one person apart.
with
links as (select * from {{ ref('core_identity_links') }}),

customer_links as (select * from {{ ref('core_customer_links') }})

select
    customer_links.customer_id,
    links.source,
    links.source_customer_id,
    links.key_type,
    substr(links.key_value, 1, 12) as key_id,
    links.source_customer_count,
    links.key_status,
    links.is_used,
    links.key_note
from links
inner join customer_links using (source, source_customer_id)
order by
    customer_links.customer_id,
    links.source,
    links.source_customer_id,
    links.key_type
