-- One row per source customer and key that another one has too: why two records are one
-- person, or are not although they share something.
with
identity_keys as ({{ union_feeds('identity_keys') }}),

shared_keys as (
    select * from {{ ref('core_identity_keys') }} where source_customer_count > 1
)

select
    identity_keys.source,
    identity_keys.source_customer_id,
    identity_keys.key_type,
    identity_keys.key_value,
    shared_keys.source_customer_count,
    shared_keys.key_status,
    shared_keys.is_used
from identity_keys
inner join shared_keys
    on
        identity_keys.key_type = shared_keys.key_type
        and identity_keys.key_value = shared_keys.key_value
