-- One row per customer and past cut-off: what the label could know, and what the
-- customer bought in the days after, null until they are over.
with
as_of_dates as (select * from {{ ref('feat_as_of_dates') }} where is_monthly),

features as (
    select features.*
    from {{ ref('feat_customers') }} as features
    semi join as_of_dates on features.as_of_date = as_of_dates.as_of_date
),

sizes as (select count(distinct customer_id) as customer_count from features),

next_days as (
    select
        features.customer_id,
        features.as_of_date,
        sum(customer_days.spend_amount) as next_spend_amount,
        sum(customer_days.order_count) as next_order_count
    from features
    inner join {{ ref('feat_customer_days') }} as customer_days
        on
            features.customer_id = customer_days.customer_id
            and features.as_of_date <= customer_days.activity_date
            and customer_days.activity_date
            < features.as_of_date + {{ var('segment_horizon_days') }}
    group by features.customer_id, features.as_of_date
)

select
    features.*,
    case
        when features.as_of_date + {{ var('segment_horizon_days') }} <= {{ fit_date() }}
            then cast(coalesce(next_days.next_spend_amount, 0) as double)
    end as next_spend_amount,
    case
        when features.as_of_date + {{ var('segment_horizon_days') }} <= {{ fit_date() }}
            then cast(coalesce(next_days.next_order_count, 0) as bigint)
    end as next_order_count
from features
cross join sizes
left join next_days using (customer_id, as_of_date)
where
    features.as_of_date <= {{ fit_date() }}
    and {{ hash_bucket('features.customer_id', 1000000) }}
    < 1000000.0 * {{ var('evaluation_customer_limit') }} / sizes.customer_count
