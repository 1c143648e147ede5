-- One row per customer and attribute that is known.
-- What was known at the end of September 2005, and the payment of October.
with
customers as (
    select * from {{ ref('stg_taiwan_credit__customers') }} where row_status = 'accepted'
),

numbers as (
    select
        source_customer_id,
        cast(limit_amount as double) as limit_amount,
        cast(age_years as double) as age_years,
        cast(months_late as double) as months_late,
        cast(months_late_1m_ago as double) as months_late_1m_ago,
        cast(months_late_2m_ago as double) as months_late_2m_ago,
        cast(months_late_3m_ago as double) as months_late_3m_ago,
        cast(months_late_4m_ago as double) as months_late_4m_ago,
        cast(months_late_5m_ago as double) as months_late_5m_ago,
        cast(bill_amount as double) as bill_amount,
        cast(bill_1m_ago_amount as double) as bill_1m_ago_amount,
        cast(bill_2m_ago_amount as double) as bill_2m_ago_amount,
        cast(bill_3m_ago_amount as double) as bill_3m_ago_amount,
        cast(bill_4m_ago_amount as double) as bill_4m_ago_amount,
        cast(bill_5m_ago_amount as double) as bill_5m_ago_amount,
        cast(paid_amount as double) as paid_amount,
        cast(paid_1m_ago_amount as double) as paid_1m_ago_amount,
        cast(paid_2m_ago_amount as double) as paid_2m_ago_amount,
        cast(paid_3m_ago_amount as double) as paid_3m_ago_amount,
        cast(paid_4m_ago_amount as double) as paid_4m_ago_amount,
        cast(paid_5m_ago_amount as double) as paid_5m_ago_amount
    from customers
),

texts as (
    select
        source_customer_id,
        education,
        marital_status
    from customers
),

long_numbers as (
    unpivot numbers
    on limit_amount, age_years, months_late, months_late_1m_ago, months_late_2m_ago,
        months_late_3m_ago, months_late_4m_ago, months_late_5m_ago, bill_amount,
        bill_1m_ago_amount, bill_2m_ago_amount, bill_3m_ago_amount, bill_4m_ago_amount,
        bill_5m_ago_amount, paid_amount, paid_1m_ago_amount, paid_2m_ago_amount,
        paid_3m_ago_amount, paid_4m_ago_amount, paid_5m_ago_amount
    into name attribute value numeric_value
),

long_texts as (
    unpivot texts
    on education, marital_status
    into name attribute value text_value
),

attributes as (
    select * from long_numbers
    union all by name
    select * from long_texts
)

select
    'taiwan_credit' as source,
    source_customer_id,
    attribute,
    timestamp '2005-09-30 12:00' as observed_at,
    numeric_value,
    text_value
from attributes
