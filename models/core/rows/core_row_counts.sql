-- One row per staged table, load, end and reasons.
with
staged_rows as ({{ union_feeds('staged_rows') }})

select
    source,
    table_name,
    load_id,
    row_status,
    coalesce(status_reasons, '') as status_reasons,
    coalesce(treatments, '') as treatments,
    count(*) as row_count,
    cast(sum(amount) as decimal(18, 2)) as amount
from staged_rows
group by all
