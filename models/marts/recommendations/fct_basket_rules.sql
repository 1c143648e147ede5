-- One row per rule: who puts all of the antecedent in a basket also puts the consequent
-- in. Rules that fewer than ten customers follow are left out, and so are all where the
-- records do not carry them.
with
readiness as (
    select distinct decision from {{ ref('rpt_readiness') }}
    where output = 'baskets:together'
),

rules as (select * from {{ ref('ml_baskets__rules') }} where is_rule),

items as (select * from {{ ref('ml_recommendations__items') }}),

antecedents as (
    select distinct
        antecedent_item_ids,
        unnest(antecedent_item_ids) as item_id
    from rules
),

named as (
    select
        antecedents.antecedent_item_ids,
        list(items.item_name order by antecedents.item_id) as antecedent_item_names
    from antecedents
    inner join items on antecedents.item_id = items.item_id
    group by antecedents.antecedent_item_ids
)

select
    rules.antecedent_item_ids,
    named.antecedent_item_names,
    rules.consequent_item_id,
    items.item_name as consequent_item_name,
    rules.rule_length,
    rules.basket_count,
    rules.antecedent_basket_count,
    rules.consequent_basket_count,
    rules.total_basket_count,
    rules.customer_count,
    rules.support,
    rules.confidence,
    rules.lift,
    rules.leverage,
    rules.conviction,
    rules.p_value,
    rules.q_value,
    rules.is_significant,
    rules.is_rule_in_first_half and rules.is_rule_in_second_half as is_in_both_halves,
    rules.run_id
from rules
inner join named on rules.antecedent_item_ids = named.antecedent_item_ids
inner join items on rules.consequent_item_id = items.item_id
cross join readiness
where
    rules.customer_count >= {{ var('smallest_published_group') }}
    and len(named.antecedent_item_names) = len(rules.antecedent_item_ids)
    and readiness.decision = 'published'
order by rules.antecedent_item_ids asc, rules.lift desc, rules.consequent_item_id asc
