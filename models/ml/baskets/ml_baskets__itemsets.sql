-- One row per frequent set of one to three items; each part of one is frequent too.
with
items as (select * from {{ ref('ml_baskets__items') }}),

totals as (select * from {{ ref('ml_baskets__totals') }}),

coded as (
    select
        items.item_code,
        baskets.basket_code,
        baskets.customer_code,
        baskets.is_second_half
    from {{ ref('ml_baskets__training_set') }} as baskets
    inner join items on baskets.item_id = items.item_id
    where baskets.is_counted
),

held_pairs as (
    select
        coded.*,
        others.item_code as second_code
    from coded
    inner join coded as others
        on
            coded.basket_code = others.basket_code
            and coded.item_code < others.item_code
),

pair_counts as (
    select
        item_code,
        second_code,
        {{ basket_counts('held_pairs') }}
    from held_pairs
    group by item_code, second_code
),

pairs as (
    select pair_counts.*
    from pair_counts
    cross join totals
    where {{ is_frequent('pair_counts', 'totals') }}
),

kept_pairs as (
    select held_pairs.*
    from held_pairs
    semi join pairs using (item_code, second_code)
    where {{ var('basket_rule_length') }} > 2
),

triple_counts as (
    select
        kept_pairs.item_code,
        kept_pairs.second_code,
        others.second_code as third_code,
        {{ basket_counts('kept_pairs') }}
    from kept_pairs
    inner join kept_pairs as others
        on
            kept_pairs.basket_code = others.basket_code
            and kept_pairs.item_code = others.item_code
            and kept_pairs.second_code < others.second_code
    group by kept_pairs.item_code, kept_pairs.second_code, others.second_code
),

itemsets as (
    select
        *,
        [item_code] as item_codes
    from items
    union all by name
    select
        *,
        [item_code, second_code] as item_codes
    from pairs
    union all by name
    select
        triple_counts.*,
        [item_code, second_code, third_code] as item_codes
    from triple_counts
    cross join totals
    where {{ is_frequent('triple_counts', 'totals') }}
),

named as (select list(item_id order by item_code) as item_ids from items)

select
    list_transform(itemsets.item_codes, code -> named.item_ids[code]) as item_ids,
    itemsets.basket_count,
    itemsets.second_half_basket_count,
    itemsets.customer_count
from itemsets
cross join named
