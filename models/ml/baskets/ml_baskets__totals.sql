-- One row per business: how many baskets there are, and how many are not counted.
with
baskets as (
    select
        basket_id,
        is_counted,
        is_second_half,
        count(*) as item_count
    from {{ ref('ml_baskets__training_set') }}
    group by basket_id, is_counted, is_second_half
)

select
    count(case when is_counted then 1 end) as basket_count,
    count(case when is_counted and is_second_half then 1 end)
        as second_half_basket_count,
    count(case when is_counted and item_count > 1 then 1 end)
        as several_item_basket_count,
    count(case when not is_counted then 1 end) as huge_basket_count
from baskets
