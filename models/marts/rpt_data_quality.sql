-- One row per landed file: rows and money in, accepted, rejected and duplicate.
select
    source,
    table_name,
    load_id,
    source_file,
    input_rows,
    accepted_rows,
    rejected_rows,
    duplicate_rows,
    input_amount,
    accepted_amount,
    rejected_amount,
    duplicate_amount
from {{ ref('core_row_balance') }}
order by source, table_name, load_id
