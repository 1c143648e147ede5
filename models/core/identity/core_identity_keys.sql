-- One row per key, such as one e-mail address: how many source customers have it, and
-- whether that makes them one person. Whatever speaks against it keeps it out: two
-- customers taken for one are worse than one taken for two.
with
identity_keys as ({{ union_feeds('identity_keys') }}),

customers as ({{ union_feeds('customers') }}),

holders as (
    select
        key_type,
        key_value,
        count(*) as source_customer_count
    from identity_keys
    group by key_type, key_value
),

shared_per_source as (
    select
        identity_keys.key_type,
        identity_keys.key_value,
        identity_keys.source,
        count(*) as source_customer_count,
        min(customers.birth_year) as lowest_birth_year,
        max(customers.birth_year) as highest_birth_year
    from identity_keys
    inner join holders using (key_type, key_value)
    left join customers using (source, source_customer_id)
    where holders.source_customer_count > 1
    group by identity_keys.key_type, identity_keys.key_value, identity_keys.source
),

shared as (
    select
        key_type,
        key_value,
        max(source_customer_count) as most_in_one_source,
        max(highest_birth_year) > min(lowest_birth_year) as has_other_birth_years
    from shared_per_source
    group by key_type, key_value
),

judged as (
    select
        holders.key_type,
        holders.key_value,
        holders.source_customer_count,
        {{ key_status() }} as key_status
    from holders
    left join shared using (key_type, key_value)
)

select
    key_type,
    key_value,
    source_customer_count,
    key_status,
    key_status = 'used' as is_used
from judged
