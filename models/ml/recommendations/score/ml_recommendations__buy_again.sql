-- One row per customer and rank: what the customer buys again and again, blended with
-- how often the item's buyers come back to it (milk rather than a mop). Days count from
-- the fit, so that a list changes when its customer buys, and when a fit is due. More
-- than a list holds, since rules leave some out.
with
purchases as (select * from {{ ref('ml_recommendations__listing_set') }}),

verdicts as (
    select * from {{ ref('ml_recommendations__verdicts') }}
    where list_name = 'buy_again'
),

readiness as (
    select distinct decision from {{ ref('ml_recommendations__readiness') }}
    where output = 'recommendations:buy_again'
),

habits as ({{ buying_habits('purchases') }}),

items as (select * from {{ ref('ml_recommendations__typical_weights') }}),

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
qualify rank <= {{ var('candidate_count') }}
