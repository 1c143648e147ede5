-- One row per thing that can be recommended and term: how much the term says of it. A
-- term is a word of its `content_texts`, its brand or a tag. It weighs the more, the
-- more of the thing's items have it and the fewer other things do; the squares of a
-- thing add up to 1.
with
items as (select * from {{ ref('core_items') }} where is_merchandise),

-- What an item was offered with is not what it is.
tags as (select * from {{ ref('core_item_tags') }} where tag_type <> 'campaign'),

listed as (select * from {{ ref('ml_recommendations__items') }}),

members as (
    select
        item_id as member_id,
        {{ recommendation_item_id() }} as item_id,
        list_append(
            regexp_extract_all(
                lower(concat_ws(' ', {{ var('content_texts') | join(', ') }})),
                '[\p{L}\p{N}]+'
            ),
            'brand:' || lower(brand)
        ) as terms
    from items
),

sizes as (
    select
        members.item_id,
        count(*) as member_count
    from members
    semi join listed on members.item_id = listed.item_id
    group by members.item_id
),

totals as (select count(*) as item_count from sizes),

said as (
    select
        item_id,
        member_id,
        unnest(terms) as term
    from members
    union all by name
    select
        members.item_id,
        members.member_id,
        tags.tag_type || ':' || lower(tags.tag) as term
    from members
    inner join tags on members.member_id = tags.item_id
),

shares as (
    select
        said.item_id,
        said.term,
        count(distinct said.member_id) / max(sizes.member_count) as term_rate
    from said
    inner join sizes on said.item_id = sizes.item_id
    where said.term is not null
    group by said.item_id, said.term
),

-- A term of one thing alone likens it to nothing; one of very many, to too much.
rarity as (
    select
        shares.term,
        ln(max(totals.item_count) / count(*)) as rarity
    from shares
    cross join totals
    group by shares.term
    having
        count(*) between 2 and {{ var('content_term_limit') }}
        and count(*) < max(totals.item_count)
),

weights as (
    select
        shares.item_id,
        shares.term,
        round(shares.term_rate * rarity.rarity, 12) as weight
    from shares
    inner join rarity on shares.term = rarity.term
)

select
    item_id,
    term,
    round(
        weight / sqrt(
            -- Decimals add up to the same in any order.
            sum(cast(weight * weight as decimal(28, 12))) over (partition by item_id)
        ),
        9
    ) as weight
from weights
