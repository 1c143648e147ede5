-- One row per type of key and what became of it.
with
identity_keys as (select * from {{ ref('core_identity_keys') }})

select
    key_type,
    key_status,
    count(*) as key_count,
    cast(sum(source_customer_count) as bigint) as holder_count,
    max(source_customer_count) as largest_holder_count
from identity_keys
group by key_type, key_status
order by key_type, key_status
