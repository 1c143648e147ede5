-- One row per customer, with what was known and how it went.
with
landed as (select * from {{ landed('ibm_telco', 'customers') }}),

renamed as (
    select
        -- ids
        {{ clean_text('customerID') }} as source_customer_id,
        {{ landed_columns() }},

        -- text
        {{ clean_text('gender') }} as gender,
        {{ clean_text('Partner') }} as partner,
        {{ clean_text('Dependents') }} as dependents,
        {{ clean_text('PhoneService') }} as phone_service,
        {{ clean_text('MultipleLines') }} as multiple_lines,
        {{ clean_text('InternetService') }} as internet_service,
        {{ clean_text('OnlineSecurity') }} as online_security,
        {{ clean_text('OnlineBackup') }} as online_backup,
        {{ clean_text('DeviceProtection') }} as device_protection,
        {{ clean_text('TechSupport') }} as tech_support,
        {{ clean_text('StreamingTV') }} as streaming_tv,
        {{ clean_text('StreamingMovies') }} as streaming_movies,
        {{ clean_text('Contract') }} as contract,
        {{ clean_text('PaperlessBilling') }} as paperless_billing,
        {{ clean_text('PaymentMethod') }} as payment_method,
        {{ clean_text('Churn') }} as churn,

        -- codes
        case {{ clean_text('SeniorCitizen') }}
            when '1' then 'Yes'
            when '0' then 'No'
        end as senior,

        -- numerics
        {{ clean_number('tenure', 'integer') }} as tenure_months,
        {{ clean_number('MonthlyCharges') }} as monthly_fee_amount,
        {{ clean_number('TotalCharges') }} as total_fee_amount
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_customer': 'source_customer_id is null',
            'missing_label': "churn is null or churn not in ('Yes', 'No')",
        }) }} as reject_reasons,
        {{ treatments({
            'missing_amount': 'total_fee_amount is null',
        }) }} as treatments
    from renamed
)

{{ judged_rows('checked', 'ibm_telco', 'customers', key=['source_customer_id']) }}
