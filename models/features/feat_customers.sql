-- One row per customer who had chosen something before `as_of_date`: bought it, or what
-- else speaks for an item. All feature families side by side.
with
rfm as (select * from {{ features_to_make(ref('feat_customers__rfm')) }}),

cadence as (select * from {{ features_to_make(ref('feat_customers__cadence')) }}),

basket as (select * from {{ features_to_make(ref('feat_customers__basket')) }}),

engagement as (select * from {{ features_to_make(ref('feat_customers__engagement')) }}),

value as (select * from {{ features_to_make(ref('feat_customers__value')) }}),

tastes as (select * from {{ features_to_make(ref('feat_customers__tastes')) }})

select *
from rfm
inner join cadence using (customer_id, as_of_date)
inner join basket using (customer_id, as_of_date)
inner join engagement using (customer_id, as_of_date)
inner join value using (customer_id, as_of_date)
left join tastes using (customer_id, as_of_date)
where coalesce(rfm.days_since_last_order, rfm.days_since_last_choice) is not null
