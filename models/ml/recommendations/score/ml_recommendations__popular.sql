-- One row per segment and rank: every thing that rules leave in, best first for its
-- customers: what most of them bought lately, then what most of everybody did, then the
-- rest of the catalogue. What a rule shows first comes before all; where one limits a
-- category, what is over the limit comes last.
with
purchases as (
    select distinct
        customer_id,
        item_id
    from {{ ref('ml_recommendations__training_set') }}
    where purchased_date >= {{ as_of_date() }} - {{ var('popularity_days') }}
),

customers as (select * from {{ ref('ml_recommendations__customers') }}),

items as (select * from {{ ref('ml_recommendations__items') }}),

rules as (
    select * from {{ ref('ml_recommendations__item_rules') }}
    where list_name = 'new_for_you'
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
),

counted as (
    select
        segments.segment_id,
        items.item_id,
        items.category,
        rules.pinned_place,
        rules.category_limit,
        coalesce(segment_counts.customer_count, 0) as segment_count,
        coalesce(total_counts.customer_count, 0) as total_count
    from segments
    cross join items
    left join segment_counts
        on
            segments.segment_id = segment_counts.segment_id
            and items.item_id = segment_counts.item_id
    left join total_counts on items.item_id = total_counts.item_id
    left join rules
        on
            segments.segment_id = rules.segment_id
            and items.item_id = rules.item_id
    where rules.left_out_by is null
),

placed as (
    select
        *,
        row_number() over (
            partition by segment_id, category
            order by segment_count desc, total_count desc, item_id asc
        ) as category_place
    from counted
)

select
    segment_id,
    item_id,
    case
        when segment_count > 0 then segment_count
        else total_count
    end as customer_count,
    case
        when segment_count > 0 then 'segment_popularity'
        when total_count > 0 then 'popularity'
        else 'catalogue'
    end as method,
    pinned_place,
    category_limit,
    row_number() over (
        partition by segment_id
        order by
            pinned_place asc nulls last,
            category_place > coalesce(category_limit, category_place) asc,
            segment_count desc,
            total_count desc,
            item_id asc
    ) as popularity_rank
from placed
