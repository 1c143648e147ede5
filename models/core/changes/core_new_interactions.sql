-- One row per interaction that is new to an increment, as its feed has it: of a new
-- load, of a day that was not over when the last build ran, or of somebody who is
-- linked otherwise now or was not known then; none in a build from nothing.
with
feeds as not materialized ({{ union_feeds('interactions') }}),

links as (select * from {{ ref('core_customer_links') }}),

earlier_links as (select * from {{ ref('core_earlier_links') }}),

moved as (
    select
        source,
        source_customer_id
    from links
    left join earlier_links using (source, source_customer_id)
    where
        links.customer_id is distinct from earlier_links.customer_id
        and {{ is_increment() }}
)

select * from feeds
where {{ is_new_interaction() }}
union distinct by name
select * from feeds
semi join moved using (source, source_customer_id)
