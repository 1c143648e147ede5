-- One row per source customer and day on which its person changed: those of this day,
-- and what earlier versions told.
with
events as (select * from {{ ref('core_identity_events') }}),

earlier as (select * from {{ state('fct_identity_events') }}),

told as (
    select
        as_of_date,
        source,
        source_customer_id,
        event,
        previous_customer_id,
        customer_id,
        key_types
    from earlier
    where as_of_date < {{ as_of_date() }}
    union all by name
    select * from events
)

select *
from told
order by as_of_date, source, source_customer_id
