-- One row per rejected row, with its reasons and its text as it came.
with
staged_rows as ({{ union_feeds('staged_rows') }})

select
    source,
    table_name,
    load_id,
    source_file,
    source_row,
    status_reasons as reject_reasons,
    amount,
    row_text
from staged_rows
where row_status = 'rejected'
