-- One row per source customer that shares a used key with another one: whoever is tied
-- to it by a chain of keys is the same person. The smallest pseudonym of all that are
-- tied together names the person, so that the name depends on the records alone, and
-- not on which day they came.
with
links as (select * from {{ ref('core_identity_links') }} where is_used),

holders as (
    select distinct
        source,
        source_customer_id
    from links
),

numbered as (
    select
        source,
        source_customer_id,
        row_number() over (order by source_customer_id, source) as node
    from holders
),

-- A key ties each of its holders to the first of them.
edges as (
    select
        numbered.node,
        min(numbered.node) over (
            partition by links.key_type, links.key_value
        ) as neighbour
    from links
    inner join numbered using (source, source_customer_id)
),

components as ({{ connected_components('edges') }})

select
    numbered.source,
    numbered.source_customer_id,
    persons.source_customer_id as customer_id
from numbered
inner join components on numbered.node = components.node
inner join numbered as persons on components.component = persons.node
