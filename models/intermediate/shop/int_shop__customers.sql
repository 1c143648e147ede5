-- One row per customer of the register. One whose rows were all rejected is known as
-- soon as an order or event names it; one that no row of the register names is not
-- known, and what it did stays for the totals.
with
set_aside as (
    select source_customer_id from {{ ref('stg_shop__customers') }}
    where row_status <> 'accepted'
),

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
    select source_customer_id from set_aside
    semi join order_lines using (source_customer_id)
    union distinct
    select source_customer_id from set_aside
    semi join events using (source_customer_id)
)

select
    'shop' as source,
    people.source_customer_id,
    customers.signed_up_at,
    customers.birth_year,
    customers.gender,
    customers.region,
    customers.country_code,
    customers.has_marketing_consent,
    customers.updated_at
from people
left join customers on people.source_customer_id = customers.source_customer_id
