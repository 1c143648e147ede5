-- One row per customer, item at the business's grain, and local day of purchase.
with
item_days as (
    select * from {{ of_changed_customers(ref('feat_customer_item_days')) }}
),

items as (select * from {{ ref('ml_recommendations__items') }}),

purchases as (
    select distinct
        customer_id,
        {{ recommendation_item_id() }} as item_id,
        activity_date as purchased_date
    from item_days
    where activity_date < {{ as_of_date() }}
)

select purchases.*
from purchases
where purchases.item_id in (select item_id from items)
