-- One row per customer and attribute that is known.
-- The file has no dates. It is taken as what was known at the end of August 2018, and
-- who left in September.
with
customers as (
    select * from {{ ref('stg_ibm_telco__customers') }} where row_status = 'accepted'
),

numbers as (
    select
        source_customer_id,
        cast(tenure_months as double) as tenure_months,
        cast(monthly_fee_amount as double) as monthly_fee_amount,
        cast(total_fee_amount as double) as total_fee_amount
    from customers
),

texts as (
    select
        source_customer_id,
        senior,
        partner,
        dependents,
        phone_service,
        multiple_lines,
        internet_service,
        online_security,
        online_backup,
        device_protection,
        tech_support,
        streaming_tv,
        streaming_movies,
        contract,
        paperless_billing,
        payment_method
    from customers
),

long_numbers as (
    unpivot numbers
    on tenure_months, monthly_fee_amount, total_fee_amount
    into name attribute value numeric_value
),

long_texts as (
    unpivot texts
    on senior, partner, dependents, phone_service, multiple_lines, internet_service,
        online_security, online_backup, device_protection, tech_support, streaming_tv,
        streaming_movies, contract, paperless_billing, payment_method
    into name attribute value text_value
),

attributes as (
    select * from long_numbers
    union all by name
    select * from long_texts
)

select
    'ibm_telco' as source,
    source_customer_id,
    attribute,
    timestamp '2018-08-31 12:00' as observed_at,
    numeric_value,
    text_value
from attributes
