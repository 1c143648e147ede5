-- One row per customer, with what was known and how it went.
with
landed as (select * from {{ landed('taiwan_credit', 'customers') }}),

renamed as (
    select
        -- ids
        {{ clean_text('ID') }} as source_customer_id,
        {{ landed_columns() }},

        -- codes
        case {{ clean_text('SEX') }}
            when '1' then 'male'
            when '2' then 'female'
        end as gender,
        case
            when education_1 = '1' then 'graduate school'
            when education_2 = '1' then 'university'
            when education_3 = '1' then 'high school'
            when education_4 = '1' then 'other'
            when education_0 = '1' then 'code 0'
            when education_5 = '1' then 'code 5'
            when education_6 = '1' then 'code 6'
        end as education,
        case
            when marriage_1 = '1' then 'married'
            when marriage_2 = '1' then 'single'
            when marriage_3 = '1' then 'other'
            when marriage_0 = '1' then 'code 0'
        end as marital_status,

        -- numerics
        {{ clean_number('LIMIT_BAL') }} as limit_amount,
        {{ clean_number('AGE', 'integer') }} as age_years,
        {{ clean_number('PAY_0', 'integer') }} as months_late,
        {{ clean_number('PAY_2', 'integer') }} as months_late_1m_ago,
        {{ clean_number('PAY_3', 'integer') }} as months_late_2m_ago,
        {{ clean_number('PAY_4', 'integer') }} as months_late_3m_ago,
        {{ clean_number('PAY_5', 'integer') }} as months_late_4m_ago,
        {{ clean_number('PAY_6', 'integer') }} as months_late_5m_ago,
        {{ clean_number('BILL_AMT1') }} as bill_amount,
        {{ clean_number('BILL_AMT2') }} as bill_1m_ago_amount,
        {{ clean_number('BILL_AMT3') }} as bill_2m_ago_amount,
        {{ clean_number('BILL_AMT4') }} as bill_3m_ago_amount,
        {{ clean_number('BILL_AMT5') }} as bill_4m_ago_amount,
        {{ clean_number('BILL_AMT6') }} as bill_5m_ago_amount,
        {{ clean_number('PAY_AMT1') }} as paid_amount,
        {{ clean_number('PAY_AMT2') }} as paid_1m_ago_amount,
        {{ clean_number('PAY_AMT3') }} as paid_2m_ago_amount,
        {{ clean_number('PAY_AMT4') }} as paid_3m_ago_amount,
        {{ clean_number('PAY_AMT5') }} as paid_4m_ago_amount,
        {{ clean_number('PAY_AMT6') }} as paid_5m_ago_amount,
        {{ clean_number('"default-payment-next-month"', 'integer') }} as missed_payment
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_customer': 'source_customer_id is null',
            'missing_label': 'missed_payment is null or missed_payment not in (0, 1)',
        }) }} as reject_reasons,
        {{ treatments({
            'undocumented_code':
                "education like 'code%' or marital_status like 'code%'",
        }) }} as treatments
    from renamed
)

{{ judged_rows('checked', 'taiwan_credit', 'customers', key=['source_customer_id']) }}
