-- One row per rejected row, with its reasons and its text as it came.
with
set_aside as ({{ union_feeds('set_aside_rows') }})

select
    source,
    table_name,
    load_id,
    source_file,
    source_row,
    status_reasons as reject_reasons,
    amount,
    row_text
from set_aside
where row_status = 'rejected'
