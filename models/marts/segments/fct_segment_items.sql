-- One row per segment and rank: what its customers buy more than others do, of all the
-- different things that they bought in a year, the surest difference first. It is a
-- list for a persona, and says in goods who the segment is.
with
segments as (select * from {{ ref('ml_segments__registry') }}),

customers as (select * from {{ ref('ml_segments__scores') }}),

items as (select * from {{ ref('ml_recommendations__items') }}),

-- Whoever buys many things buys more of everything: each thing counts by its share.
bought as (
    select
        customers.segment_id,
        purchases.item_id,
        count(distinct purchases.customer_id) as customer_count
    from {{ ref('ml_recommendations__training_set') }} as purchases
    inner join customers on purchases.customer_id = customers.customer_id
    where purchases.purchased_date >= {{ as_of_date() }} - 365
    group by customers.segment_id, purchases.item_id
),

sizes as (
    select
        segment_id,
        count(*) as segment_customer_count
    from customers
    group by segment_id
),

totals as (
    select
        *,
        sum(customer_count) over (partition by segment_id) as segment_count,
        sum(customer_count) over (partition by item_id) as item_count,
        sum(customer_count) over () as total_count
    from bought
),

shares as (
    select
        *,
        customer_count / segment_count as purchase_share,
        (item_count - customer_count) / nullif(total_count - segment_count, 0)
            as other_purchase_share,
        item_count / total_count as all_purchase_share
    from totals
),

-- The difference of two shares, in its own standard errors.
ranked as (
    select
        *,
        round(
            (purchase_share - other_purchase_share) / sqrt(
                all_purchase_share * (1 - all_purchase_share)
                * (1 / segment_count + 1 / (total_count - segment_count))
            ),
            9
        ) as difference_errors,
        row_number() over (
            partition by segment_id order by difference_errors desc, item_id asc
        ) as item_rank
    from shares
    where
        purchase_share > other_purchase_share
        and customer_count >= {{ var('smallest_published_group') }}
    qualify item_rank <= {{ var('published_segment_item_count') }}
)

select
    ranked.segment_id,
    segments.segment_name,
    cast(ranked.item_rank as integer) as item_rank,
    ranked.item_id,
    items.item_name,
    items.category,
    ranked.customer_count,
    {{ rate('ranked.customer_count', 'sizes.segment_customer_count') }}
        as customer_share,
    ranked.purchase_share,
    ranked.other_purchase_share,
    ranked.purchase_share / nullif(ranked.other_purchase_share, 0) as lift,
    ranked.difference_errors
from ranked
inner join segments on ranked.segment_id = segments.segment_id
inner join sizes on ranked.segment_id = sizes.segment_id
inner join items on ranked.item_id = items.item_id
order by segments.segment_rank, ranked.item_rank
