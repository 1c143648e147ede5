-- One row per customer who had bought before `as_of_date`: all feature families side by
-- side, the form that work is done in.
with
rfm as (select * from {{ ref('feat_customers__rfm') }}),

cadence as (select * from {{ ref('feat_customers__cadence') }}),

basket as (select * from {{ ref('feat_customers__basket') }}),

engagement as (select * from {{ ref('feat_customers__engagement') }}),

value as (select * from {{ ref('feat_customers__value') }})

select *
from rfm
inner join cadence using (customer_id, as_of_date)
inner join basket using (customer_id, as_of_date)
inner join engagement using (customer_id, as_of_date)
inner join value using (customer_id, as_of_date)
where rfm.days_since_last_order is not null and {{ is_to_make('rfm') }}
