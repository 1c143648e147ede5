-- One row per customer and rank: what the customer buys again and again, blended with
-- how often the item's buyers come back to it (milk rather than a mop).
with
profiles as (select * from {{ ref('ml_recommendations__profiles') }}),

verdicts as (
    select * from {{ ref('ml_recommendations__verdicts') }}
    where list_name = 'buy_again'
),

items as (
    select
        item_id,
        round(avg(repeat_weight), 12) as typical_weight
    from profiles
    group by item_id
    having count(*) >= {{ var('recommendation_minimum_customers') }}
),

scored as (
    select
        profiles.customer_id,
        profiles.item_id,
        round(
            profiles.repeat_weight
            + case
                when verdicts.verdict = 'beaten by the baseline' then 0
                else {{ knob('typical_weight') }}
            end * items.typical_weight,
            12
        ) as score
    from profiles
    inner join items on profiles.item_id = items.item_id
    cross join verdicts
)

select
    customer_id,
    'buy_again' as list_name,
    row_number() over (partition by customer_id order by score desc, item_id) as rank,
    item_id,
    score,
    'own_frequency' as method
from scored
qualify rank <= {{ var('list_length') }}
