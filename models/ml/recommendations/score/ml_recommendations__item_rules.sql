-- One row per list, segment and thing of which a rule says something: that it is left
-- out, shown first, or one of at most so many of its category. A kind of thing is left
-- out if all its products are, and shown first if one of them is.
with
rules as (select * from {{ ref('ml_recommendations__rules') }}),

items as (select * from {{ ref('ml_recommendations__items') }}),

products as (
    select
        *,
        {{ recommendation_item_id() }} as listed_item_id
    from {{ ref('core_items') }}
    where is_merchandise
),

targets as (
    select distinct
        scope,
        value
    from rules
    where rule in ('exclude', 'pin')
),

product_counts as (
    select
        listed_item_id,
        count(*) as product_count
    from products
    group by listed_item_id
),

meant as (
    select
        targets.scope,
        targets.value,
        products.listed_item_id as item_id,
        count(*) = any_value(product_counts.product_count) as is_whole
    from products
    inner join targets
        on
            targets.value = case targets.scope
                when 'item_id' then products.item_id
                when 'item_type' then products.item_type
                when 'category' then products.category
                when 'brand' then products.brand
            end
    inner join product_counts
        on products.listed_item_id = product_counts.listed_item_id
    group by targets.scope, targets.value, products.listed_item_id
),

said as (
    select
        rules.*,
        items.item_id
    from rules
    inner join items
        on
            (rules.rule = 'in_stock' and not items.is_available)
            or (
                rules.rule = 'price_band'
                and case rules.value
                    when 'at_least' then rules.number > items.price_percentile
                    when 'at_most' then rules.number < items.price_percentile
                end
            )
            or (
                rules.rule = 'cap'
                and items.category is not null
                and rules.value in ('', items.category)
            )
    union all by name
    select
        rules.*,
        meant.item_id
    from rules
    inner join meant on rules.scope = meant.scope and rules.value = meant.value
    where rules.rule = 'pin' or (rules.rule = 'exclude' and meant.is_whole)
)

select
    list_name,
    segment_id,
    item_id,
    min(case when rule not in ('pin', 'cap') then rule end) as left_out_by,
    min(case when rule = 'pin' then number end) as pinned_place,
    min(case when rule = 'cap' then number end) as category_limit
from said
group by list_name, segment_id, item_id
