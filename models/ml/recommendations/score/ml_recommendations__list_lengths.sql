-- One row per customer and list: how many things it holds, and why it is not full.
with
customers as (select * from {{ ref('ml_recommendations__customers') }}),

readiness as (
    select distinct
        replace(output, 'recommendations:', '') as list_name,
        decision
    from {{ ref('ml_recommendations__readiness') }}
),

totals as (
    select count(*) as thing_count from {{ ref('ml_recommendations__items') }}
),

own_things as (select * from {{ ref('ml_recommendations__own_things') }}),

lists as (
    select
        customer_id,
        list_name,
        count(*) as item_count
    from {{ ref('ml_recommendations__scores') }}
    group by customer_id, list_name
),

segment_rules as (
    select
        list_name,
        segment_id,
        count(left_out_by) as left_out_count,
        count(category_limit) > 0 as is_limited
    from {{ ref('ml_recommendations__item_rules') }}
    group by list_name, segment_id
),

counted as (
    select
        customers.customer_id,
        readiness.list_name,
        readiness.decision,
        totals.thing_count,
        readiness.list_name = 'new_for_you' as is_of_new_things,
        coalesce(lists.item_count, 0) as item_count,
        coalesce(segment_rules.is_limited, false) as is_limited,
        coalesce(segment_rules.left_out_count, 0) as rule_count,
        coalesce(own_things.own_count, 0) as own_count,
        coalesce(own_things.left_out_count, 0) as own_rule_count
    from customers
    cross join readiness
    cross join totals
    left join lists
        on
            customers.customer_id = lists.customer_id
            and readiness.list_name = lists.list_name
    left join own_things
        on
            customers.customer_id = own_things.customer_id
            and readiness.list_name = own_things.list_name
    left join segment_rules
        on
            readiness.list_name = segment_rules.list_name
            and customers.segment_id = segment_rules.segment_id
),

-- What one list can hold is all that the other cannot.
choices as (
    select
        *,
        if(is_of_new_things, thing_count - own_count, own_count) as choice_count,
        if(is_of_new_things, rule_count - own_rule_count, own_rule_count)
            as left_out_count
    from counted
)

select
    customer_id,
    list_name,
    item_count,
    {{ list_reason() }} as reason
from choices
