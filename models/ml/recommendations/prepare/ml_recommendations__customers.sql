-- One row per customer: the segment whose rules hold, empty for those who have none,
-- and whether their lists are to be made. `rules_id` is a hash of what rules say there
-- and of what a list may hold: a list that was made under another one is no good.
with
segments as (select * from {{ ref('ml_segments__scores') }}),

known as (select item_id from {{ ref('ml_recommendations__typical_weights') }}),

said as (
    select
        segment_id,
        hash(list_name, item_id, left_out_by, pinned_place, category_limit) as code
    from {{ ref('ml_recommendations__item_rules') }}
    where pinned_place is not null or item_id in (select item_id from known)
    union all by name
    select
        segment_id,
        hash(list_name, rule, scope, value, number) as code
    from {{ ref('ml_recommendations__rules') }}
),

segment_codes as (
    select
        segment_id,
        bit_xor(code) as code
    from said
    group by segment_id
),

things as (
    select coalesce(bit_xor(hash(item_id, category)), 0) as code
    from {{ ref('ml_recommendations__items') }}
    where item_id in (select item_id from known)
),

customers as (
    select
        customers.customer_id,
        coalesce(segments.segment_id, '') as segment_id,
        cast(xor(coalesce(segment_codes.code, 0), things.code) as varchar) as rules_id
    from {{ ref('core_customers') }} as customers
    cross join things
    left join segments on customers.customer_id = segments.customer_id
    left join segment_codes
        on coalesce(segments.segment_id, '') = segment_codes.segment_id
)

select
    *,
    {{ is_to_list() }} as is_to_list
from customers
