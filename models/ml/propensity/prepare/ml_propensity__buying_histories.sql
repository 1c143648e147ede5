-- One row per monthly cut-off and buyer of a sample of customers: the whole history in
-- three numbers, as BG/NBD takes it.
{{ config(materialized='view') }}

with
as_of_dates as (select * from {{ ref('feat_as_of_dates') }} where is_monthly),

features as (
    select features.*
    from {{ ref('feat_customers') }} as features
    semi join as_of_dates on features.as_of_date = as_of_dates.as_of_date
    where features.days_since_last_order is not null
),

sizes as (select count(distinct customer_id) as customer_count from features)

select
    features.customer_id,
    features.as_of_date,
    features.order_day_count - 1 as repeat_count,
    features.days_since_first_order - features.days_since_last_order
        as last_order_age_days,
    features.days_since_first_order as age_days
from features
cross join sizes
where
    {{ hash_bucket('features.customer_id', 1000000) }}
    < 1000000.0 * {{ var('evaluation_customer_limit') }} / sizes.customer_count
