-- One row per segment and rank: every thing that rules leave in, best first for its
-- customers: what most of them bought lately, then what most of everybody did, then the
-- rest of the catalogue. What a rule shows first comes before all; where one limits a
-- category, what is over the limit comes last.
with
buyer_counts as (select * from {{ ref('ml_recommendations__buyer_counts') }}),

items as (select * from {{ ref('ml_recommendations__items') }}),

rules as (
    select * from {{ ref('ml_recommendations__item_rules') }}
    where list_name = 'new_for_you'
),

left_in as (
    select
        buyer_counts.*,
        rules.pinned_place,
        rules.category_limit,
        row_number() over (
            partition by buyer_counts.segment_id, items.category
            order by
                buyer_counts.segment_count desc,
                buyer_counts.total_count desc,
                buyer_counts.item_id asc
        ) as category_place
    from buyer_counts
    inner join items using (item_id)
    left join rules using (segment_id, item_id)
    where rules.left_out_by is null
)

select
    segment_id,
    item_id,
    if(segment_count > 0, segment_count, total_count) as customer_count,
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
from left_in
