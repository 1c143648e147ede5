-- One row per row that repeats an accepted one, or that a newer row replaced.
with
staged_rows as ({{ union_feeds('staged_rows') }})

select
    source,
    table_name,
    load_id,
    source_file,
    source_row,
    status_reasons as duplicate_kind,
    amount,
    row_text
from staged_rows
where row_status = 'duplicate'
