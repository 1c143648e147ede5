-- One row per source customer whose person changed since the version published before,
-- with the kinds of keys that tied it to others now, or did so before and do no more.
with
changes as (select * from {{ ref('core_identity_changes') }}),

links as (select * from {{ ref('core_customer_links') }}),

previous_links as (select * from {{ ref('core_identity_previous_links') }}),

keys as (select * from {{ ref('core_identity_links') }} where is_used),

previous_keys as (select * from {{ ref('core_identity_previous_keys') }}),

concerned as (
    select customer_id from changes
    union distinct
    select previous_customer_id from changes where previous_customer_id is not null
),

-- The records of the persons concerned, and whom each belonged to before.
records as ( -- noqa: ST03, read by identity_ties
    select
        links.source,
        links.source_customer_id,
        links.customer_id,
        changes.event,
        coalesce(previous_links.customer_id, links.source_customer_id) as was
    from links
    left join previous_links using (source, source_customer_id)
    left join changes using (source, source_customer_id)
    where
        links.customer_id in (select customer_id from concerned)
        or previous_links.customer_id in (select customer_id from concerned)
),

ties as (
    {{ identity_ties('keys', 'key_value', 'customer_id', 'was') }}
),

lost_ties as (
    {{ identity_ties('previous_keys', 'key_id', 'was', 'customer_id') }}
),

key_types as (
    select * from ties where event in ('joined', 'merged', 'moved')
    union all
    select * from lost_ties where event in ('split', 'moved')
),

key_types_of_record as (
    select
        source,
        source_customer_id,
        string_agg(distinct key_type, ',' order by key_type) as key_types
    from key_types
    group by source, source_customer_id
)

select
    {{ as_of_date() }} as as_of_date,
    changes.source,
    changes.source_customer_id,
    changes.event,
    changes.previous_customer_id,
    changes.customer_id,
    key_types_of_record.key_types
from changes
left join key_types_of_record using (source, source_customer_id)
