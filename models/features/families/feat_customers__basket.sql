-- One row per customer and `as_of_date`: what a basket looks like.
with
aged_days as ({{ aged_days(where='order_count > 0', within_days=90) }}),

categories as ({{ distinct_counts('category', within_days=90) }}),

item_types as ({{ distinct_counts('item_type', within_days=90) }}),

baskets as (
    select
        customer_id,
        as_of_date,
        {{ window_sum('line_count', 90) }} as line_count_90d,
        {{ window_sum('discount_amount', 90, 'decimal(18, 2)') }}
            as discount_amount_90d,
        cast(
            coalesce(max(case when age_days <= 90 then largest_order_amount end), 0)
            as decimal(18, 2)
        ) as largest_order_amount_90d,
        {{ window_sum('order_count', 90) }} as order_count_90d,
        {{ window_sum('spend_amount', 90, 'decimal(18, 2)') }} as spend_amount_90d
    from aged_days
    group by customer_id, as_of_date
)

select
    baskets.customer_id,
    baskets.as_of_date,
    baskets.line_count_90d,
    baskets.discount_amount_90d,
    baskets.largest_order_amount_90d,
    {{ rate('baskets.spend_amount_90d', 'baskets.order_count_90d') }}
        as mean_order_amount_90d,
    {{ rate('baskets.line_count_90d', 'baskets.order_count_90d') }}
        as mean_order_line_count_90d,
    {{ rate(
        'baskets.discount_amount_90d',
        'baskets.spend_amount_90d + baskets.discount_amount_90d'
    ) }} as discount_rate_90d,
    coalesce(categories.value_count, 0) as category_count_90d,
    coalesce(item_types.value_count, 0) as item_type_count_90d
from baskets
left join categories using (customer_id, as_of_date)
left join item_types using (customer_id, as_of_date)
