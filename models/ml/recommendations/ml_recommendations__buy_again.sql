-- One row per customer and rank: what the customer buys again and again, blended with
-- how often the item's buyers come back to it (milk rather than a mop).
with
purchases as (select * from {{ ref('ml_recommendations__training_set') }}),

verdicts as (
    select * from {{ ref('ml_recommendations__verdicts') }}
    where list_name = 'buy_again'
),

readiness as (
    select distinct decision from {{ ref('ml_recommendations__readiness') }}
    where output = 'recommendations:buy_again'
),

aged as (
    select
        customer_id,
        item_id,
        {{ days_between('purchased_date', as_of_date()) }} as age_days
    from purchases
),

habits as (
    select
        customer_id,
        item_id,
        round(
            sum({{ half_life_weight('age_days', knob('repeat_half_life_days')) }}), 12
        ) as own_weight
    from aged
    group by customer_id, item_id
),

items as (
    select
        item_id,
        -- Decimals add up to the same in any order.
        round(avg(cast(own_weight as decimal(28, 12))), 12) as typical_weight
    from habits
    group by item_id
    having count(*) >= {{ var('recommendation_minimum_customers') }}
),

scored as (
    select
        habits.customer_id,
        habits.item_id,
        round(
            habits.own_weight
            + case
                when
                    verdicts.verdict = 'beaten by the baseline'
                    or readiness.decision = 'simple rule'
                    then 0
                else {{ knob('typical_weight') }}
            end * items.typical_weight,
            12
        ) as score
    from habits
    inner join items on habits.item_id = items.item_id
    cross join verdicts
    cross join readiness
    where readiness.decision <> 'withheld'
)

select
    customer_id,
    'buy_again' as list_name,
    row_number() over (
        partition by customer_id order by score desc, item_id asc
    ) as rank,
    item_id,
    score,
    'own_frequency' as method,
    item_id as because_item_id
from scored
qualify rank <= {{ var('list_length') }}
