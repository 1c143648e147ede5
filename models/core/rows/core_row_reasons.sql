-- One row per table, end and single reason; a row with two reasons counts in both.
with
load_reasons as (select * from {{ ref('core_load_reasons') }})

select
    source,
    table_name,
    row_status,
    reason,
    cast(sum(row_count) as bigint) as row_count,
    cast(sum(amount) as decimal(18, 2)) as amount
from load_reasons
group by source, table_name, row_status, reason
