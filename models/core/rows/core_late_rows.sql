-- One row per landed file with rows that came late: that happened on a day before one
-- that an earlier file had reached, and so changed the past.
with
days as (
    select
        source,
        source_table as table_name,
        {{ own_load('load_id') }} as load_id,
        occurred_date,
        count(*) as row_count
    from {{ ref('core_interactions') }}
    group by source, source_table, {{ own_load('load_id') }}, occurred_date
),

loads as (
    select
        source,
        table_name,
        load_id,
        max(occurred_date) as last_date
    from days
    group by source, table_name, load_id
),

reached as (
    select
        source,
        table_name,
        load_id,
        max(last_date) over (
            partition by source, table_name
            order by load_id
            rows between unbounded preceding and 1 preceding
        ) as reached_date
    from loads
)

select
    days.source,
    days.table_name,
    days.load_id,
    cast(sum(days.row_count) as bigint) as late_rows,
    min(days.occurred_date) as late_from_date
from days
inner join reached using (source, table_name, load_id)
where days.occurred_date < reached.reached_date
group by days.source, days.table_name, days.load_id
