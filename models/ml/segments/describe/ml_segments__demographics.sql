-- One row per customer and attribute, as far as it is known: who they say they are. It
-- describes segments and makes none.
{{ config(materialized='view') }}

with
customers as (
    select
        customer_id,
        gender,
        occupation,
        income_band as income,
        year({{ as_of_date() }}) - birth_year as age
    from {{ ref('core_customers') }}
),

known as (
    select
        customer_id,
        gender,
        occupation,
        income,
        cast(10 * (age // 10) as varchar)
        || ' to ' || cast(10 * (age // 10) + 9 as varchar) as age
    from customers
),

listed as (
    unpivot known
    on gender, occupation, income, age into name attribute value text_value
),

attributes as (select * from {{ ref('core_customer_attributes') }})

select
    customer_id,
    attribute,
    text_value
from listed
union distinct
select
    customer_id,
    attribute,
    text_value
from attributes
where text_value is not null
