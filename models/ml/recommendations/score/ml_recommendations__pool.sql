-- One row per customer, list and thing that its own model puts forward and no rule
-- leaves out: neighbours of what was bought, and what is bought again, as many as a
-- list holds, and of a category one more than a rule allows, to tell that there was
-- one. What moved up has the rule that made room for it.
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

customers as (
    select * from {{ ref('ml_recommendations__customers') }} where is_to_list
),

item_rules as (select * from {{ ref('ml_recommendations__item_rules') }}),

items as (select * from {{ ref('ml_recommendations__items') }}),

ruled as (
    select
        list_name,
        segment_id,
        bool_or(rule = 'bestsellers') as has_bestsellers
    from {{ ref('ml_recommendations__rules') }}
    where
        rule = 'bestsellers'
        or (list_name, segment_id) in (select (list_name, segment_id) from item_rules)
    group by list_name, segment_id
),

-- Where rules say nothing of any thing, a list's length is enough.
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
        items.category,
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
    inner join items using (item_id)
    left join item_rules using (list_name, segment_id, item_id)
),

counted as (
    select
        *,
        row_number() over (
            partition by customer_id, list_name, left_out_by is null, category
            order by pinned_place asc nulls last, rank asc
        ) as category_place
    from judged
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
    coalesce(category_place > category_limit, false) as is_over_limit,
    last_value(left_out_by ignore nulls) over best_first as moved_by
from counted
window best_first as (partition by customer_id, list_name order by rank)
qualify
    left_out_by is null
    and category_place <= coalesce(category_limit + 1, category_place)
    and (
        pinned_place is not null
        or count(*) filter (
            where
            left_out_by is null
            and category_place <= coalesce(category_limit, category_place)
        ) over best_first <= {{ var('list_length') }}
    )
