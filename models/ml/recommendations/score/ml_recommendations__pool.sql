-- One row per customer, list and thing that its own model puts forward and no rule
-- leaves out: neighbours of what was bought, and what is bought again. What moved up
-- has the rule that made room for it.
with
proposals as (
    select
        customer_id,
        'new_for_you' as list_name,
        item_id,
        score,
        '{{ var("recommendation_method") }}' as method,
        because_item_id,
        rank
    from {{ ref('ml_recommendations__candidates') }}
    union all by name
    select * from {{ ref('ml_recommendations__buy_again') }}
),

customers as (select * from {{ ref('ml_recommendations__customers') }}),

rules as (select * from {{ ref('ml_recommendations__rules') }}),

item_rules as (select * from {{ ref('ml_recommendations__item_rules') }}),

ruled as (
    select
        list_name,
        segment_id,
        bool_or(rule = 'bestsellers') as has_bestsellers
    from rules
    group by list_name, segment_id
),

-- Where no rule holds, a list's length is enough.
read_on as (
    select
        proposals.*,
        customers.segment_id,
        coalesce(ruled.has_bestsellers, false) as has_bestsellers
    from proposals
    inner join customers on proposals.customer_id = customers.customer_id
    left join ruled
        on
            proposals.list_name = ruled.list_name
            and customers.segment_id = ruled.segment_id
    where proposals.rank <= {{ var('list_length') }} or ruled.list_name is not null
),

judged as (
    select
        read_on.*,
        item_rules.pinned_place,
        item_rules.category_limit,
        case
            when
                read_on.has_bestsellers
                and read_on.method = '{{ var("recommendation_method") }}'
                then 'bestsellers'
            else item_rules.left_out_by
        end as left_out_by
    from read_on
    left join item_rules using (list_name, segment_id, item_id)
)

select
    customer_id,
    segment_id,
    list_name,
    item_id,
    score,
    method,
    because_item_id,
    rank as rank_before_rules,
    pinned_place,
    category_limit,
    last_value(left_out_by ignore nulls) over (
        partition by customer_id, list_name order by rank
    ) as moved_by
from judged
qualify left_out_by is null
