-- One row per item that enough baskets hold, numbered in the order of the ids.
with
baskets as (select * from {{ ref('ml_baskets__training_set') }} where is_counted),

totals as (select * from {{ ref('ml_baskets__totals') }}),

item_counts as (
    select
        item_id,
        {{ basket_counts('baskets') }}
    from baskets
    group by item_id
)

select
    item_counts.*,
    row_number() over (order by item_counts.item_id) as item_code
from item_counts
cross join totals
where {{ is_frequent('item_counts', 'totals') }}
