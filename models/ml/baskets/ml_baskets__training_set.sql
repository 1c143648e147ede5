-- One row per basket and item at the business's grain: merchandise bought in one order,
-- in the days before the fit. A purchase outside an order is in the basket of its
-- customer and day; one without either is in none. An order of very many items is a
-- wholesaler's and says nothing about what goes together: it is kept, and not counted.
with
items as (select * from {{ ref('core_items') }} where is_merchandise),

grained as (
    select
        item_id,
        {{ recommendation_item_id() }} as grain_item_id
    from items
    where {{ recommendation_item_name() }} is not null
),

purchases as (
    select
        *,
        coalesce(order_id, customer_id || ' on ' || occurred_date) as basket_id
    from {{ ref('core_interactions') }}
    where
        interaction_type = 'purchase'
        and occurred_date < {{ fit_date() }}
        and occurred_date >= {{ fit_date() }} - {{ var('basket_days') }}
),

contents as (
    select
        purchases.basket_id,
        grained.grain_item_id as item_id,
        min(purchases.customer_id) as customer_id,
        min(purchases.occurred_date) as occurred_date
    from purchases
    inner join grained on purchases.item_id = grained.item_id
    where purchases.basket_id is not null and grained.grain_item_id is not null
    group by purchases.basket_id, grained.grain_item_id
),

baskets as (
    select
        basket_id,
        min(customer_id) as customer_id,
        min(occurred_date) as occurred_date,
        count(*) as item_count
    from contents
    group by basket_id
),

-- Numbers are joined in a fraction of the time of texts.
numbered as (
    select
        *,
        row_number() over (order by basket_id) as basket_code,
        case
            when customer_id is not null then dense_rank() over (order by customer_id)
        end as customer_code
    from baskets
)

select
    contents.basket_id,
    contents.item_id,
    numbered.customer_id,
    numbered.basket_code,
    numbered.customer_code,
    numbered.occurred_date
    >= {{ fit_date() }} - {{ var('basket_days') // 2 }} as is_second_half,
    numbered.item_count <= {{ var('basket_item_limit') }} as is_counted
from contents
inner join numbered on contents.basket_id = numbered.basket_id
