-- One row per customer, merchandise item, and local date of purchase.
with
purchases as (
    select
        customer_id,
        item_id,
        occurred_date,
        cast(sum(amount) as decimal(18, 2)) as spend_amount
    from {{ of_changed_customers(ref('core_interactions')) }}
    where interaction_type = 'purchase' and customer_id is not null
    group by customer_id, item_id, occurred_date
),

items as (select * from {{ ref('core_items') }} where is_merchandise)

select
    purchases.customer_id,
    purchases.item_id,
    purchases.occurred_date as activity_date,
    purchases.spend_amount,
    items.item_type,
    items.category
from purchases
inner join items on purchases.item_id = items.item_id
