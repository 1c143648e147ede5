-- One row per item with enough buyers: how often they come back to it, as of the fit.
with
purchases as (
    select * from {{ ref('ml_recommendations__training_set') }}
    where purchased_date < {{ fit_date() }}
),

habits as ({{ buying_habits('purchases') }})

select
    item_id,
    -- Decimals add up to the same in any order.
    round(avg(cast(own_weight as decimal(28, 12))), 12) as typical_weight
from habits
group by item_id
having count(*) >= {{ var('recommendation_minimum_customers') }}
