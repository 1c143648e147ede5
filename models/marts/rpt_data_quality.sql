-- One row per landed file: rows and money in, accepted, rejected and duplicate, and how
-- many rows came late and changed the past.
with
balance as (select * from {{ ref('core_row_balance') }}),

late_rows as (select * from {{ ref('core_late_rows') }})

select
    balance.source,
    balance.table_name,
    balance.load_id,
    balance.source_file,
    balance.input_rows,
    balance.accepted_rows,
    balance.rejected_rows,
    balance.duplicate_rows,
    balance.input_amount,
    balance.accepted_amount,
    balance.rejected_amount,
    balance.duplicate_amount,
    coalesce(late_rows.late_rows, 0) as late_rows,
    late_rows.late_from_date
from balance
left join late_rows
    on
        balance.source = late_rows.source
        and balance.table_name = late_rows.table_name
        and balance.load_id = late_rows.load_id
order by balance.source, balance.table_name, balance.load_id
