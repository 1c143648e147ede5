-- One row per table, end and single reason; a row with two reasons counts in both.
with
row_counts as ({{ union_feeds('row_counts') }}),

reasons as (
    select
        source,
        table_name,
        row_status,
        unnest(string_split(status_reasons, ',')) as reason,
        row_count,
        amount
    from row_counts
    where row_status <> 'accepted'
    union all by name
    select
        source,
        table_name,
        'treated' as row_status,
        unnest(string_split(treatments, ',')) as reason,
        row_count,
        amount
    from row_counts
    where row_status = 'accepted' and treatments <> ''
)

select
    source,
    table_name,
    row_status,
    reason,
    cast(sum(row_count) as bigint) as row_count,
    cast(sum(amount) as decimal(18, 2)) as amount
from reasons
group by source, table_name, row_status, reason
