-- One row per customer and rank: items that the customer has not bought. Neighbours of
-- what they bought come first; what their segment buys, then what everybody buys, fills
-- the list.
with
customers as (select * from {{ ref('core_customers') }}),

segments as (select * from {{ ref('ml_segments__scores') }}),

candidates as (
    select *
    from {{ ref('ml_recommendations__fit_candidates') }}
    where 'beaten by the baseline' not in (
        select verdict
        from {{ ref('ml_recommendations__verdicts') }}
        where list_name = 'new_for_you'
    )
),

popular as (select * from {{ ref('ml_recommendations__popular') }}),

profiles as (select * from {{ ref('ml_recommendations__profiles') }}),

ranked_candidates as (
    select
        customer_id,
        item_id,
        score,
        '{{ var("recommendation_method") }}' as method,
        1 as source_rank,
        row_number() over (
            partition by customer_id order by score desc, item_id
        ) as place
    from candidates
    qualify place <= {{ var('list_length') }}
),

short_lists as (
    select
        customers.customer_id,
        coalesce(segments.segment_id, '') as segment_id
    from customers
    left join segments on customers.customer_id = segments.customer_id
    left join ranked_candidates
        on customers.customer_id = ranked_candidates.customer_id
    group by customers.customer_id, segments.segment_id
    having count(ranked_candidates.item_id) < {{ var('list_length') }}
),

fillers as (
    select
        short_lists.customer_id,
        popular.item_id,
        cast(popular.customer_count as double) as score,
        case when popular.segment_id = '' then 'popularity' else 'segment_popularity' end
            as method,
        case when popular.segment_id = '' then 3 else 2 end as source_rank,
        popular.popularity_rank as place
    from short_lists
    inner join popular
        on popular.segment_id = short_lists.segment_id or popular.segment_id = ''
    left join profiles
        on
            short_lists.customer_id = profiles.customer_id
            and popular.item_id = profiles.item_id
    where profiles.item_id is null
),

unioned as (
    select * from ranked_candidates
    union all by name
    select * from fillers
),

distinct_items as (
    select *
    from unioned
    qualify row_number() over (
        partition by customer_id, item_id order by source_rank, place
    ) = 1
)

select
    customer_id,
    'new_for_you' as list_name,
    row_number() over (
        partition by customer_id order by source_rank, place
    ) as rank,
    item_id,
    score,
    method
from distinct_items
qualify rank <= {{ var('list_length') }}
