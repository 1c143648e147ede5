-- One row per list, segment and rule that holds there: the rows of
-- seeds/recommendation_rules.csv of this business. The empty segment is those who have
-- none.
with
rules as (
    select * from {{ ref('recommendation_rules') }}
    where business = '{{ var("business") }}'
),

segments as (
    select distinct
        segment_id,
        segment_name
    from {{ ref('ml_segments__scores') }}
    union all by name
    select
        '' as segment_id,
        'none' as segment_name
),

lists as (select unnest(['new_for_you', 'buy_again']) as list_name)

select
    lists.list_name,
    segments.segment_id,
    rules.rule,
    coalesce(rules.scope, '') as scope,
    coalesce(rules.value, '') as value,
    rules.number,
    rules.reason
from rules
inner join lists on coalesce(rules.list_name, lists.list_name) = lists.list_name
inner join segments
    on
        lower(coalesce(rules.segment_name, segments.segment_name))
        = lower(segments.segment_name)
