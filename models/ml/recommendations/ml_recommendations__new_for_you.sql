-- One row per customer and rank: items that the customer has not bought. Neighbours of
-- what they bought come first; what their segment buys, then what everybody buys, fills
-- a list that is too short.
with
customers as (select * from {{ ref('core_customers') }}),

segments as (select * from {{ ref('ml_segments__scores') }}),

candidates as (select * from {{ ref('ml_recommendations__fit_candidates') }}),

verdicts as (
    select * from {{ ref('ml_recommendations__verdicts') }}
    where list_name = 'new_for_you'
),

readiness as (
    select distinct decision from {{ ref('ml_recommendations__readiness') }}
    where output = 'recommendations:new_for_you'
),

popular as (select * from {{ ref('ml_recommendations__popular') }}),

purchases as (select * from {{ ref('ml_recommendations__training_set') }}),

ranked_candidates as (
    select
        candidates.customer_id,
        'new_for_you' as list_name,
        candidates.item_id,
        candidates.score,
        '{{ var("recommendation_method") }}' as method,
        candidates.because_item_id,
        row_number() over (
            partition by candidates.customer_id
            order by candidates.score desc, candidates.item_id asc
        ) as rank
    from candidates
    cross join verdicts
    cross join readiness
    where
        verdicts.verdict <> 'beaten by the baseline'
        and readiness.decision = 'published'
    qualify rank <= {{ var('list_length') }}
),

candidate_counts as (
    select
        customer_id,
        count(*) as candidate_count
    from ranked_candidates
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
    anti join ranked_candidates
        on
            short_lists.customer_id = ranked_candidates.customer_id
            and popular.item_id = ranked_candidates.item_id
    qualify appearance = 1
),

fillers as (
    select
        customer_id,
        'new_for_you' as list_name,
        item_id,
        cast(customer_count as double) as score,
        cast(null as varchar) as because_item_id,
        case when segment_id = '' then 'popularity' else 'segment_popularity' end
            as method,
        candidate_count + row_number() over (
            partition by customer_id order by segment_id desc, popularity_rank asc
        ) as rank
    from unlisted
    qualify rank <= {{ var('list_length') }}
)

select * from ranked_candidates
union all by name
select * from fillers
