-- One row per loan and attribute that is known.
-- The file has no dates: these say only that what was known came before the loan, and
-- how it went after it.
with
customers as (
    select * from {{ ref('stg_credit_data__customers') }} where row_status = 'accepted'
),

numbers as (
    select
        source_customer_id,
        cast(job_years as double) as job_years,
        cast(loan_months as double) as loan_months,
        cast(age_years as double) as age_years,
        cast(expenses_amount as double) as expenses_amount,
        cast(income_amount as double) as income_amount,
        cast(assets_amount as double) as assets_amount,
        cast(debt_amount as double) as debt_amount,
        cast(loan_amount as double) as loan_amount,
        cast(price_amount as double) as price_amount
    from customers
),

texts as (
    select
        source_customer_id,
        home,
        marital_status,
        records,
        job
    from customers
),

long_numbers as (
    unpivot numbers
    on job_years, loan_months, age_years, expenses_amount, income_amount,
        assets_amount, debt_amount, loan_amount, price_amount
    into name attribute value numeric_value
),

long_texts as (
    unpivot texts
    on home, marital_status, records, job
    into name attribute value text_value
),

attributes as (
    select * from long_numbers
    union all by name
    select * from long_texts
)

select
    'credit_data' as source,
    source_customer_id,
    attribute,
    timestamp '1999-12-31 12:00' as observed_at,
    numeric_value,
    text_value
from attributes
