-- Every accepted row of a table that feeds interactions is there, with its money.
with
interactions as (
    select
        source,
        source_table,
        count(*) as row_count,
        coalesce(sum(amount), 0) as amount
    from {{ ref('core_interactions') }}
    group by source, source_table
),

balance as (
    select
        source,
        table_name,
        sum(accepted_rows) as row_count,
        coalesce(sum(accepted_amount), 0) as amount
    from {{ ref('core_row_balance') }}
    group by source, table_name
)

select
    interactions.source,
    interactions.source_table,
    interactions.row_count,
    balance.row_count as accepted_row_count,
    interactions.amount,
    balance.amount as accepted_amount
from interactions
left join balance
    on
        interactions.source = balance.source
        and interactions.source_table = balance.table_name
where
    interactions.row_count is distinct from balance.row_count
    or interactions.amount is distinct from balance.amount
