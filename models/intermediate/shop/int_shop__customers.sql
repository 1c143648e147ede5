-- One row per customer that appears in any table, registered or not.
with
customers as (
    select * from {{ ref('stg_shop__customers') }} where row_status = 'accepted'
),

order_lines as (
    select * from {{ ref('stg_shop__order_lines') }} where row_status = 'accepted'
),

events as (
    select * from {{ ref('stg_shop__events') }} where row_status = 'accepted'
),

people as (
    select source_customer_id from customers
    union distinct
    select source_customer_id from order_lines where source_customer_id is not null
    union distinct
    select source_customer_id from events where source_customer_id is not null
)

select
    'shop' as source,
    people.source_customer_id,
    customers.signed_up_at,
    customers.birth_year,
    customers.gender,
    cast(null as varchar) as occupation,
    cast(null as varchar) as income_band,
    customers.region,
    customers.country_code,
    customers.has_marketing_consent,
    cast(null as boolean) as has_profiling_consent,
    customers.updated_at
from people
left join customers on people.source_customer_id = customers.source_customer_id
