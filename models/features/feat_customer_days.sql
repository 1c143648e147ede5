-- One row per customer and local date on which anything happened. Everything else
-- rests on this table, so that twelve cut-offs cost little more than one. Orders and
-- spend are merchandise only: fuel, fees and coupons are left out here, once.
with
interactions as (
    select * from {{ of_changed_customers(ref('core_interactions')) }}
    where customer_id is not null
),

items as (select * from {{ ref('core_items') }}),

interaction_types as (select * from {{ ref('interaction_types') }}),

merchandise as (
    select interactions.*
    from interactions
    left join items on interactions.item_id = items.item_id
    where
        interactions.interaction_type in ('purchase', 'return')
        and coalesce(items.is_merchandise, true)
),

orders as (
    select
        customer_id,
        occurred_date,
        order_id,
        sum(case when interaction_type = 'purchase' then amount else 0 end)
            as spend_amount,
        sum(case when interaction_type = 'purchase' then discount_amount else 0 end)
            as discount_amount,
        sum(case when interaction_type = 'return' then -amount else 0 end)
            as return_amount,
        count(case when interaction_type = 'purchase' then 1 end) as line_count
    from merchandise
    group by customer_id, occurred_date, order_id
),

daily_orders as (
    select
        customer_id,
        occurred_date as activity_date,
        count(case when line_count > 0 then 1 end) as order_count,
        sum(line_count) as line_count,
        sum(spend_amount) as spend_amount,
        sum(discount_amount) as discount_amount,
        sum(return_amount) as return_amount,
        max(spend_amount) as largest_order_amount
    from orders
    group by customer_id, occurred_date
),

order_days as (
    select
        *,
        case
            when order_count > 0 then
                {{ days_between(
                    'lag(activity_date) over (
                        partition by customer_id, order_count > 0 order by activity_date
                    )',
                    'activity_date'
                ) }}
        end as gap_days
    from daily_orders
),

other_days as (
    select
        interactions.customer_id,
        interactions.occurred_date as activity_date,
        count(case when interaction_types.engagement = 'browsing' then 1 end)
            as browsing_count,
        count(case when interaction_types.engagement = 'opinion' then 1 end)
            as opinion_count,
        count(case when interaction_types.engagement = 'support' then 1 end)
            as support_count,
        count(case when interaction_types.engagement = 'contact' then 1 end)
            as contact_count,
        count(case when interaction_types.engagement = 'redemption' then 1 end)
            as redemption_count,
        count(case when {{ speaks_for_item('interactions') }} then 1 end)
            as choice_count
    from {{ since_changed('interactions', 'occurred_date') }} as interactions
    inner join interaction_types using (interaction_type)
    where interaction_types.engagement is not null
    group by interactions.customer_id, interactions.occurred_date
)

select
    customer_id,
    activity_date,
    coalesce(order_days.order_count, 0) as order_count,
    cast(coalesce(order_days.line_count, 0) as bigint) as line_count,
    cast(coalesce(order_days.spend_amount, 0) as decimal(18, 2)) as spend_amount,
    cast(coalesce(order_days.discount_amount, 0) as decimal(18, 2))
        as discount_amount,
    cast(coalesce(order_days.return_amount, 0) as decimal(18, 2)) as return_amount,
    cast(coalesce(order_days.largest_order_amount, 0) as decimal(18, 2))
        as largest_order_amount,
    coalesce(other_days.browsing_count, 0) as browsing_count,
    coalesce(other_days.opinion_count, 0) as opinion_count,
    coalesce(other_days.support_count, 0) as support_count,
    coalesce(other_days.contact_count, 0) as contact_count,
    coalesce(other_days.redemption_count, 0) as redemption_count,
    coalesce(other_days.choice_count, 0) as choice_count,
    order_days.gap_days
from {{ since_changed('order_days', 'activity_date') }} as order_days
full join other_days using (customer_id, activity_date)
