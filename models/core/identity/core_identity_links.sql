-- One row per source customer and key that another one has too, or that is worth a
-- note: why two records are one person, or are not although they share something.
with
identity_keys as ({{ union_feeds('identity_keys') }}),

judged_keys as (select * from {{ ref('core_identity_keys') }})

select
    identity_keys.source,
    identity_keys.source_customer_id,
    identity_keys.key_type,
    identity_keys.key_value,
    judged_keys.source_customer_count,
    judged_keys.key_status,
    judged_keys.is_used,
    identity_keys.key_note
from identity_keys
inner join judged_keys using (key_type, key_value)
where
    judged_keys.source_customer_count > 1
    or identity_keys.key_note is not null
