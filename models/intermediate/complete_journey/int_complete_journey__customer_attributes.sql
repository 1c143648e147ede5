-- One row per household and answer, and per household and time at which it used
-- coupons. Answers have no `observed_at`: the survey has no date.
with
demographics as (
    select
        source_customer_id,
        age_band,
        household_size,
        household_composition,
        home_ownership,
        marital_status,
        kids_count
    from {{ ref('stg_complete_journey__demographics') }}
    where row_status = 'accepted'
),

answers as (
    unpivot demographics
    on age_band, household_size, household_composition, home_ownership,
    marital_status, kids_count
    into name attribute value text_value
),

uses as (
    select
        source_customer_id,
        'offer_use_count' as attribute,
        occurred_at as observed_at,
        cast(count(*) as double) as numeric_value
    from {{ ref('stg_complete_journey__transactions') }}
    where row_status = 'accepted' and coupon_amount > 0
    group by source_customer_id, occurred_at
),

unioned as (
    select * from answers
    union all by name
    select * from uses
)

select
    *,
    'complete_journey' as source
from unioned
