-- One row per table, end and reason, in words.
with
reasons as (select * from {{ ref('core_row_reasons') }}),

texts as (select * from {{ ref('row_reasons') }})

select
    reasons.source,
    reasons.table_name,
    reasons.row_status,
    reasons.reason,
    texts.explanation,
    reasons.row_count,
    reasons.amount
from reasons
left join texts on reasons.reason = texts.reason
order by reasons.source, reasons.table_name, reasons.row_status, reasons.reason
