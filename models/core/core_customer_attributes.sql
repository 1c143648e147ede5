-- One row per customer, attribute and time of observation.
with
attributes as ({{ union_feeds('customer_attributes') }}),

links as (select * from {{ ref('core_customer_links') }})

select
    links.customer_id,
    attributes.attribute,
    attributes.observed_at,
    attributes.numeric_value,
    attributes.text_value
from attributes
inner join links using (source, source_customer_id)
