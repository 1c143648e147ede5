-- One row per customer and list that is not full: how many things the customer has of
-- their own, which are what was ever bought for the list of new things and all that the
-- other could hold, and how many of these rules leave out.
with
customers as (
    select * from {{ ref('ml_recommendations__customers') }} where is_to_list
),

scores as (select * from {{ ref('ml_recommendations__scores') }}),

item_rules as (select * from {{ ref('ml_recommendations__item_rules') }}),

full_lists as (
    select
        customer_id,
        list_name
    from scores
    group by customer_id, list_name
    having count(*) >= {{ var('list_length') }}
),

own as (
    select distinct
        customer_id,
        'new_for_you' as list_name,
        item_id
    from {{ ref('ml_recommendations__listing_set') }}
    union all by name
    select
        customer_id,
        list_name,
        item_id
    from {{ ref('ml_recommendations__buy_again') }}
)

select
    own.customer_id,
    own.list_name,
    count(*) as own_count,
    count(item_rules.left_out_by) as left_out_count
from own
inner join customers using (customer_id)
anti join full_lists using (customer_id, list_name)
left join item_rules
    on
        own.list_name = item_rules.list_name
        and customers.segment_id = item_rules.segment_id
        and own.item_id = item_rules.item_id
group by own.customer_id, own.list_name
