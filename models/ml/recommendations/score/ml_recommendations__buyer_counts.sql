-- One row per segment and thing: how many of its customers bought it lately, and how
-- many of everybody. The empty segment, those who have none, counts nobody of its own.
with
customers as (select * from {{ ref('ml_recommendations__customers') }}),

purchases as (
    select distinct
        customer_id,
        item_id
    from {{ ref('ml_recommendations__training_set') }}
    where purchased_date >= {{ as_of_date() }} - {{ var('popularity_days') }}
),

segments as (
    select segment_id from customers
    union distinct
    select '' as segment_id
),

segment_counts as (
    select
        customers.segment_id,
        purchases.item_id,
        count(*) as customer_count
    from purchases
    inner join customers on purchases.customer_id = customers.customer_id
    where customers.segment_id <> ''
    group by customers.segment_id, purchases.item_id
),

total_counts as (
    select
        item_id,
        count(*) as customer_count
    from purchases
    group by item_id
)

select
    segments.segment_id,
    items.item_id,
    coalesce(segment_counts.customer_count, 0) as segment_count,
    coalesce(total_counts.customer_count, 0) as total_count
from segments
cross join {{ ref('ml_recommendations__items') }} as items
left join segment_counts
    on
        segments.segment_id = segment_counts.segment_id
        and items.item_id = segment_counts.item_id
left join total_counts on items.item_id = total_counts.item_id
