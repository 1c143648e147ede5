-- A rule with a slip of the pen must not be passed over in silence.
with
rules as (
    select * from {{ ref('recommendation_rules') }}
    where business = '{{ var("business") }}'
),

products as (select * from {{ ref('core_items') }} where is_merchandise),

known_segments as ( -- noqa: ST03, read by rule_fault
    select segment_name from {{ ref('ml_segments__scores') }}
    union all by name
    select segment_name from {{ ref('segment_names') }}
    union all by name
    select segment_name from {{ ref('segment_overrides') }}
    union all by name
    select 'none' as segment_name
),

known_values as ( -- noqa: ST03, read by rule_fault
    select
        unnest(['item_id', 'item_type', 'category', 'brand']) as scope,
        unnest([item_id, item_type, category, brand]) as value
    from products
    union all by name
    select
        'price' as scope,
        unnest(['at_least', 'at_most']) as value
),

judged as (
    select
        *,
        {{ rule_fault() }} as fault
    from rules
)

select
    *,
    printf('seeds/recommendation_rules.csv: the rule %s %s', rule, fault) as message
from judged
where fault is not null
