-- One row per row that repeats an accepted one, or that a newer row replaced.
with
set_aside as ({{ union_feeds('set_aside_rows') }})

select
    source,
    table_name,
    load_id,
    source_file,
    source_row,
    status_reasons as duplicate_kind,
    amount,
    row_text
from set_aside
where row_status = 'duplicate'
