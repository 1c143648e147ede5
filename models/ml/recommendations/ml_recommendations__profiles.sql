-- One row per customer and item bought: how much of a habit it is, now.
with
purchases as (select * from {{ ref('ml_recommendations__training_set') }}),

aged as (
    select
        customer_id,
        item_id,
        {{ days_between('purchased_date', as_of_date()) }} as age_days
    from purchases
)

select
    customer_id,
    item_id,
    count(*) as purchase_day_count,
    min(age_days) as days_since_last_purchase,
    round(
        sum({{ half_life_weight('age_days', knob('repeat_half_life_days')) }}), 12
    ) as repeat_weight,
    {{ half_life_weight('min(age_days)', knob('profile_half_life_days')) }}
        as profile_weight
from aged
group by customer_id, item_id
