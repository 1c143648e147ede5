-- One row per customer and attribute that is known.
-- The file has no dates. It is taken as what was known at the end of August 2018, and
-- who left in September.
with
customers as (
    select * from {{ ref('stg_ibm_telco__customers') }} where row_status = 'accepted'
),

attributes as (
    {{ attribute_rows(
        'customers',
        numbers=[
            'tenure_months', 'monthly_fee_amount', 'total_fee_amount'
        ],
        texts=[
            'senior', 'partner', 'dependents', 'phone_service', 'multiple_lines',
            'internet_service', 'online_security', 'online_backup', 'device_protection',
            'tech_support', 'streaming_tv', 'streaming_movies', 'contract',
            'paperless_billing', 'payment_method'
        ]
    ) }}
)

select
    'ibm_telco' as source,
    source_customer_id,
    attribute,
    timestamp '2018-08-31 12:00' as observed_at,
    numeric_value,
    text_value
from attributes
