-- One row per customer and thing that was never bought and that neighbours do not put
-- forward: what a rule shows first, and what is popular for a list that neighbours may
-- not fill. A customer who bought much has bought much of what is popular, so the
-- search goes that much deeper.
with
customers as (
    select * from {{ ref('ml_recommendations__customers') }}
    where
        is_to_list
        and (
            select max(decision) from {{ ref('ml_recommendations__readiness') }}
            where output = 'recommendations:new_for_you'
        ) <> 'withheld'
),

pool as (
    select * from {{ ref('ml_recommendations__pool') }}
    where list_name = 'new_for_you'
),

popular as (select * from {{ ref('ml_recommendations__popular') }}),

purchases as (
    select distinct
        customer_id,
        item_id
    from {{ ref('ml_recommendations__listing_set') }}
),

full_lists as (
    select customer_id
    from pool
    where not is_over_limit
    group by customer_id
    having count(*) >= {{ var('list_length') }}
),

open_lists as (
    select *
    from customers
    where
        customer_id not in (select customer_id from full_lists)
        or segment_id in (
            select segment_id from popular where pinned_place is not null
        )
),

places as (
    select
        open_lists.customer_id,
        open_lists.segment_id,
        unnest(
            range(1, 1 + count(purchases.item_id) + 4 * {{ var('list_length') }})
        ) as popularity_rank
    from open_lists
    left join purchases on open_lists.customer_id = purchases.customer_id
    group by open_lists.customer_id, open_lists.segment_id
)

select
    places.customer_id,
    places.segment_id,
    popular.item_id,
    cast(popular.customer_count as double) as score,
    popular.method,
    -- After all that neighbours may put forward.
    {{ var('candidate_count') }} + popular.popularity_rank as rank_before_rules,
    popular.pinned_place,
    popular.category_limit
from places
inner join popular using (segment_id, popularity_rank)
anti join purchases
    on
        places.customer_id = purchases.customer_id
        and popular.item_id = purchases.item_id
anti join pool
    on places.customer_id = pool.customer_id and popular.item_id = pool.item_id
