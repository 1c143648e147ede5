-- One row per customer and list: how many things it holds, and why it is not full.
with
customers as (select * from {{ ref('ml_recommendations__customers') }}),

readiness as (
    select distinct
        replace(output, 'recommendations:', '') as list_name,
        decision
    from {{ ref('ml_recommendations__readiness') }}
),

scores as (select * from {{ ref('ml_recommendations__scores') }}),

item_rules as (select * from {{ ref('ml_recommendations__item_rules') }}),

totals as (
    select count(*) as thing_count from {{ ref('ml_recommendations__items') }}
),

-- What one list cannot hold, and all that the other can.
own as (
    select distinct
        customer_id,
        'new_for_you' as list_name,
        item_id
    from {{ ref('ml_recommendations__training_set') }}
    union all by name
    select
        customer_id,
        list_name,
        item_id
    from {{ ref('ml_recommendations__buy_again') }}
),

rule_counts as (
    select
        list_name,
        segment_id,
        count(case when list_name = 'new_for_you' then left_out_by end)
            as left_out_count,
        count(category_limit) > 0 as is_limited
    from item_rules
    group by list_name, segment_id
),

lengths as (
    select
        customers.customer_id,
        customers.segment_id,
        readiness.list_name,
        readiness.decision,
        count(scores.item_id) as item_count
    from customers
    cross join readiness
    left join scores
        on
            customers.customer_id = scores.customer_id
            and readiness.list_name = scores.list_name
    group by all
),

own_counts as (
    select
        lengths.customer_id,
        lengths.list_name,
        count(own.item_id) as own_count,
        count(item_rules.left_out_by) as left_out_count
    from lengths
    left join own
        on
            lengths.customer_id = own.customer_id
            and lengths.list_name = own.list_name
    left join item_rules
        on
            lengths.list_name = item_rules.list_name
            and lengths.segment_id = item_rules.segment_id
            and own.item_id = item_rules.item_id
    where lengths.item_count < {{ var('list_length') }}
    group by lengths.customer_id, lengths.list_name
),

choices as (
    select
        lengths.*,
        totals.thing_count,
        coalesce(rule_counts.is_limited, false) as is_limited,
        abs(
            if(lengths.list_name = 'new_for_you', totals.thing_count, 0)
            - own_counts.own_count
        ) as choice_count,
        abs(coalesce(rule_counts.left_out_count, 0) - own_counts.left_out_count)
            as left_out_count
    from lengths
    cross join totals
    left join own_counts
        on
            lengths.customer_id = own_counts.customer_id
            and lengths.list_name = own_counts.list_name
    left join rule_counts
        on
            lengths.list_name = rule_counts.list_name
            and lengths.segment_id = rule_counts.segment_id
)

select
    customer_id,
    list_name,
    item_count,
    {{ list_reason() }} as reason
from choices
