-- One row per rule: who puts its antecedent in a basket also puts its consequent in.
-- The measures follow from whole counts.
with
rules as (
    select
        *,
        cast(basket_count as double) as held,
        cast(antecedent_basket_count as double) as antecedent_held,
        cast(consequent_basket_count as double) as consequent_held,
        cast(total_basket_count as double) as total
    from {{ ref('ml_baskets__fit_rules') }}
)

select
    antecedent_item_ids,
    consequent_item_id,
    cast(rule_length as integer) as rule_length,
    basket_count,
    antecedent_basket_count,
    consequent_basket_count,
    total_basket_count,
    customer_count,
    held / total as support,
    held / antecedent_held as confidence,
    held * total / (antecedent_held * consequent_held) as lift,
    held / total
    - antecedent_held / total * (consequent_held / total)
        as leverage,
    antecedent_held * (total - consequent_held)
    / nullif(total * (antecedent_held - held), 0) as conviction,
    p_value,
    q_value,
    q_value <= {{ var('basket_false_discovery_rate') }} as is_significant,
    is_rule,
    is_rule_in_first_half,
    is_rule_in_second_half,
    run_id
from rules
