-- One row per customer whose history changed since the last build, with the first date
-- that did; none in a build from nothing. A row that was replaced changes the history
-- of whom it belonged to before, too, and an item that is told otherwise the history of
-- all who dealt with it.
with
known as not materialized (select * from {{ before('core_interactions') }}),

new_interactions as (select * from {{ ref('core_new_interactions') }}),

links as (select * from {{ ref('core_customer_links') }}),

changed_items as (select * from {{ ref('core_changed_items') }}),

changes as (
    select
        links.customer_id,
        {{ local_date('new_interactions.occurred_at') }} as changed_date
    from new_interactions
    inner join links using (source, source_customer_id)
    union all by name
    select
        known.customer_id,
        known.occurred_date as changed_date
    from known
    semi join new_interactions using (interaction_id)
    where known.customer_id is not null
    union all by name
    select
        known.customer_id,
        known.occurred_date as changed_date
    from known
    semi join changed_items using (item_id)
    where known.customer_id is not null
)

select
    customer_id,
    min(changed_date) as changed_from_date
from changes
group by customer_id
