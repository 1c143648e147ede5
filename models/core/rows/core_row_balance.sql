-- One row per landed file: the rows that the landing counted, and what became of them.
with
landings as ({{ landings() }}),

row_counts as (select * from {{ ref('core_row_counts') }}),

totals as (
    select
        source,
        table_name,
        load_id,
        sum(case when row_status = 'accepted' then row_count else 0 end)
            as accepted_rows,
        sum(case when row_status = 'rejected' then row_count else 0 end)
            as rejected_rows,
        sum(case when status_reasons = 'after_as_of_date' then row_count else 0 end)
            as waiting_rows,
        sum(case when row_status = 'duplicate' then row_count else 0 end)
            as duplicate_rows,
        sum(amount) as input_amount,
        sum(case when row_status = 'accepted' then amount end) as accepted_amount,
        sum(case when row_status = 'rejected' then amount end) as rejected_amount,
        sum(case when row_status = 'duplicate' then amount end) as duplicate_amount
    from row_counts
    group by source, table_name, load_id
)

select
    landings.source,
    landings.table_name,
    landings.load_id,
    landings.source_file,
    landings.input_rows,
    cast(coalesce(totals.accepted_rows, 0) as bigint) as accepted_rows,
    cast(coalesce(totals.rejected_rows, 0) as bigint) as rejected_rows,
    cast(coalesce(totals.duplicate_rows, 0) as bigint) as duplicate_rows,
    cast(coalesce(totals.waiting_rows, 0) as bigint) as waiting_rows,
    cast(totals.input_amount as decimal(18, 2)) as input_amount,
    cast(totals.accepted_amount as decimal(18, 2)) as accepted_amount,
    cast(totals.rejected_amount as decimal(18, 2)) as rejected_amount,
    cast(totals.duplicate_amount as decimal(18, 2)) as duplicate_amount
from landings
left join totals using (source, table_name, load_id)
