-- One row per customer and attribute that is known.
-- What was known at the end of September 2005, and the payment of October.
with
customers as (
    select * from {{ ref('stg_taiwan_credit__customers') }}
    where row_status = 'accepted'
),

attributes as (
    {{ attribute_rows(
        'customers',
        numbers=[
            'limit_amount', 'age_years', 'months_late', 'months_late_1m_ago',
            'months_late_2m_ago', 'months_late_3m_ago', 'months_late_4m_ago',
            'months_late_5m_ago', 'bill_amount', 'bill_1m_ago_amount',
            'bill_2m_ago_amount', 'bill_3m_ago_amount', 'bill_4m_ago_amount',
            'bill_5m_ago_amount', 'paid_amount', 'paid_1m_ago_amount',
            'paid_2m_ago_amount', 'paid_3m_ago_amount', 'paid_4m_ago_amount',
            'paid_5m_ago_amount'
        ],
        texts=[
            'education', 'marital_status'
        ]
    ) }}
)

select
    'taiwan_credit' as source,
    source_customer_id,
    attribute,
    timestamp '2005-09-30 12:00' as observed_at,
    numeric_value,
    text_value
from attributes
