-- One row per thing that can be recommended, at the business's grain: an item, a kind
-- of item or a category. Merchandise only, and only what has a name. A kind of one
-- word, such as Premium, says too little and gets its category beside it. A price is
-- ranked within its category, where at least three things have one.
with
items as (select * from {{ ref('core_items') }} where is_merchandise),

grained as (
    select
        {{ recommendation_item_id() }} as item_id,
        {{ recommendation_item_name() }} as item_name,
        category,
        price_amount,
        is_available
    from items
),

named as (
    select
        item_id,
        min(item_name) as item_name,
        mode(category order by category) as category,
        quantile_disc(price_amount, 0.5) as price_amount,
        bool_or(is_available) as is_available
    from grained
    where item_id is not null and item_name is not null
    group by item_id
),

priced as (
    select
        item_id,
        rank() over (partition by category order by price_amount) as price_rank,
        count(*) over (partition by category, price_amount) as same_price_count,
        count(*) over (partition by category) as priced_count
    from named
    where price_amount is not null
)

select
    named.item_id,
    case
        when
            named.item_name like '% %'
            or named.category is null
            or named.item_name = named.category
            then named.item_name
        else named.item_name || ' (' || named.category || ')'
    end as item_name,
    named.category,
    case
        when priced.priced_count >= 3 then
            (priced.price_rank - 1 + priced.same_price_count / 2) / priced.priced_count
    end as price_percentile,
    named.is_available
from named
left join priced on named.item_id = priced.item_id
