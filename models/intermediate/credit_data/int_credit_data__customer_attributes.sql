-- One row per loan and attribute that is known.
-- The file has no dates: these say only that what was known came before the loan, and
-- how it went after it.
with
customers as (
    select * from {{ ref('stg_credit_data__customers') }} where row_status = 'accepted'
),

attributes as (
    {{ attribute_rows(
        'customers',
        numbers=[
            'job_years', 'loan_months', 'age_years', 'expenses_amount', 'income_amount',
            'assets_amount', 'debt_amount', 'loan_amount', 'price_amount'
        ],
        texts=[
            'home', 'marital_status', 'records', 'job'
        ]
    ) }}
)

select
    'credit_data' as source,
    source_customer_id,
    attribute,
    timestamp '1999-12-31 12:00' as observed_at,
    numeric_value,
    text_value
from attributes
