-- One row per customer, item at the business's grain, and local day of purchase. What
-- was bought soon after one of our own lists showed it is marked: it counts as bought,
-- and nothing is learned from it, or a list would prove itself right.
with
item_days as (
    select * from {{ since_changed(ref('feat_customer_item_days'), 'activity_date') }}
),

items as (select * from {{ ref('ml_recommendations__items') }}),

prompts as (
    select * from {{ of_changed_customers(ref('ml_recommendations__prompts')) }}
),

purchases as (
    select distinct
        customer_id,
        {{ recommendation_item_id() }} as item_id,
        activity_date as purchased_date
    from item_days
    where activity_date < {{ as_of_date() }}
),

prompted as (
    select distinct purchases.*
    from purchases
    inner join prompts
        on
            purchases.customer_id = prompts.customer_id
            and purchases.item_id = prompts.item_id
            and purchases.purchased_date >= prompts.prompted_date
            and purchases.purchased_date
            <= prompts.prompted_date + {{ var('prompted_days') }}
)

select
    purchases.*,
    prompted.item_id is not null as is_prompted
from purchases
left join prompted using (customer_id, item_id, purchased_date)
where purchases.item_id in (select item_id from items)
