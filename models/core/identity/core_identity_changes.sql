-- One row per source customer whose person is not the one of the version published
-- before, or who joined a person known to it.
with
links as (select * from {{ ref('core_customer_links') }}),

previous_links as (select * from {{ ref('core_identity_previous_links') }}),

records as (
    select
        links.source,
        links.source_customer_id,
        links.customer_id,
        previous_links.customer_id as previous_customer_id
    from links
    left join previous_links using (source, source_customer_id)
),

changed as (
    select * from records where customer_id is distinct from previous_customer_id
),

-- How many persons known before are in one of now, and the other way round.
gathered as (
    select
        customer_id,
        count(distinct previous_customer_id) as person_count_before
    from records
    where customer_id in (select customer_id from changed)
    group by customer_id
),

scattered as (
    select
        previous_customer_id,
        count(distinct customer_id) as person_count_now
    from records
    where previous_customer_id in (select previous_customer_id from changed)
    group by previous_customer_id
)

select
    changed.source,
    changed.source_customer_id,
    changed.previous_customer_id,
    changed.customer_id,
    case
        when changed.previous_customer_id is null then 'joined'
        when scattered.person_count_now = 1 and gathered.person_count_before = 1
            then 'renamed'
        when scattered.person_count_now = 1 then 'merged'
        when gathered.person_count_before = 1 then 'split'
        else 'moved'
    end as event
from changed
inner join gathered on changed.customer_id = gathered.customer_id
left join scattered on changed.previous_customer_id = scattered.previous_customer_id
where gathered.person_count_before > 0
