-- One row per load, end and single reason; a row with two reasons counts in both. What
-- only shows when tables are held together (keys without a parent, goods that are none)
-- is asked here, of all rows, so that it does not depend on which of them came first.
with
row_counts as (select * from {{ ref('core_row_counts') }}),

orphan_rows as ({{ union_feeds('orphan_rows') }}),

interactions as ({{ union_feeds('interactions') }}),

items as (select * from {{ ref('core_items') }}),

set_aside as (
    select
        source,
        table_name,
        load_id,
        row_status,
        unnest(string_split(status_reasons, ',')) as reason,
        row_count,
        amount
    from row_counts
    where row_status <> 'accepted'
),

treated as (
    select
        source,
        table_name,
        load_id,
        'treated' as row_status,
        unnest(string_split(treatments, ',')) as reason,
        row_count,
        amount
    from row_counts
    where row_status = 'accepted' and treatments <> ''
),

orphaned as (
    select
        source,
        table_name,
        load_id,
        'treated' as row_status,
        reason,
        row_count,
        amount
    from orphan_rows
),

not_goods as (
    select
        interactions.source,
        interactions.source_table as table_name,
        {{ own_load('interactions.load_id') }} as load_id,
        'treated' as row_status,
        'not_merchandise' as reason,
        count(*) as row_count,
        sum(interactions.amount) as amount
    from interactions
    inner join items on interactions.item_id = items.item_id
    where
        interactions.interaction_type in ('purchase', 'return')
        and not items.is_merchandise
    group by
        interactions.source,
        interactions.source_table,
        {{ own_load('interactions.load_id') }}
),

reasons as (
    select * from set_aside
    union all by name
    select * from treated
    union all by name
    select * from orphaned
    union all by name
    select * from not_goods
)

select
    source,
    table_name,
    load_id,
    row_status,
    reason,
    cast(sum(row_count) as bigint) as row_count,
    cast(sum(amount) as decimal(18, 2)) as amount
from reasons
group by source, table_name, load_id, row_status, reason
