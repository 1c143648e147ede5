-- One row per customer, merchandise item, and local date on which something spoke for
-- it: a purchase, or what else the business's `recommendation_signals` name.
with
choices as (
    select
        customer_id,
        item_id,
        occurred_date,
        bool_or(interaction_type = 'purchase') as is_purchase,
        cast(sum(amount) filter (where interaction_type = 'purchase') as decimal(18, 2))
            as spend_amount
    from {{ since_changed(ref('core_interactions'), 'occurred_date') }}
    where {{ speaks_for_item() }} and customer_id is not null
    group by customer_id, item_id, occurred_date
),

items as (select * from {{ ref('core_items') }} where is_merchandise)

select
    choices.customer_id,
    choices.item_id,
    choices.occurred_date as activity_date,
    choices.is_purchase,
    choices.spend_amount,
    items.item_type,
    items.category
from choices
inner join items on choices.item_id = items.item_id
