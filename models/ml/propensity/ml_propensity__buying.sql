-- One row per buyer and cut-off: the whole history in three numbers, as models of
-- buying take it. A view: only a build that is asked to compare reads it.
with
days as (select * from {{ ref('feat_customer_days') }} where order_count > 0),

as_of_dates as (select * from {{ ref('feat_as_of_dates') }}),

histories as (
    select
        days.customer_id,
        as_of_dates.as_of_date,
        count(*) as order_day_count,
        min(days.activity_date) as first_date,
        max(days.activity_date) as last_date
    from days
    inner join as_of_dates on days.activity_date < as_of_dates.as_of_date
    group by days.customer_id, as_of_dates.as_of_date
)

select
    customer_id,
    as_of_date,
    order_day_count - 1 as repeat_count,
    {{ days_between('first_date', 'last_date') }} as last_order_age_days,
    {{ days_between('first_date', 'as_of_date') }} as age_days
from histories
