-- One row per customer and rank: what a customer's segment buys, then what everybody
-- buys, for a list that neighbours alone do not fill.
with
customers as (select * from {{ ref('core_customers') }}),

segments as (select * from {{ ref('ml_segments__scores') }}),

candidates as (select * from {{ ref('ml_recommendations__candidates') }}),

readiness as (
    select distinct decision from {{ ref('ml_recommendations__readiness') }}
    where output = 'recommendations:new_for_you'
),

popular as (select * from {{ ref('ml_recommendations__popular') }}),

purchases as (select * from {{ ref('ml_recommendations__training_set') }}),

candidate_counts as (
    select
        customer_id,
        count(*) as candidate_count
    from candidates
    group by customer_id
),

short_lists as (
    select
        customers.customer_id,
        coalesce(segments.segment_id, '') as segment_id,
        coalesce(candidate_counts.candidate_count, 0) as candidate_count
    from customers
    left join segments on customers.customer_id = segments.customer_id
    left join candidate_counts on customers.customer_id = candidate_counts.customer_id
    cross join readiness
    where
        coalesce(candidate_counts.candidate_count, 0) < {{ var('list_length') }}
        and readiness.decision <> 'withheld'
),

unlisted as (
    select
        short_lists.customer_id,
        short_lists.candidate_count,
        popular.*,
        row_number() over (
            partition by short_lists.customer_id, popular.item_id
            order by popular.segment_id desc
        ) as appearance
    from short_lists
    inner join popular
        on short_lists.segment_id = popular.segment_id or popular.segment_id = ''
    anti join purchases
        on
            short_lists.customer_id = purchases.customer_id
            and popular.item_id = purchases.item_id
    anti join candidates
        on
            short_lists.customer_id = candidates.customer_id
            and popular.item_id = candidates.item_id
    qualify appearance = 1
)

select
    customer_id,
    item_id,
    cast(customer_count as double) as score,
    case when segment_id = '' then 'popularity' else 'segment_popularity' end
        as method,
    candidate_count + row_number() over (
        partition by customer_id order by segment_id desc, popularity_rank asc
    ) as rank
from unlisted
qualify rank <= {{ var('list_length') }}
