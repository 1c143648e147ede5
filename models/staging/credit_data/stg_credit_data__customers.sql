-- One row per loan, with what was known and how it went.
with
landed as (select * from {{ landed('credit_data', 'customers') }}),

renamed as (
    select
        -- ids
        {{ clean_text('rownames') }} as source_customer_id,
        {{ landed_columns() }},

        -- text
        {{ clean_text('Status') }} as status,
        {{ clean_text('Home') }} as home,
        {{ clean_text('Marital') }} as marital_status,
        {{ clean_text('Records') }} as records,
        {{ clean_text('Job') }} as job,

        -- numerics
        {{ clean_number('Seniority', 'integer') }} as job_years,
        {{ clean_number('Time', 'integer') }} as loan_months,
        {{ clean_number('Age', 'integer') }} as age_years,
        {{ clean_number('Expenses') }} as expenses_amount,
        {{ clean_number('Income') }} as income_amount,
        {{ clean_number('Assets') }} as assets_amount,
        {{ clean_number('Debt') }} as debt_amount,
        {{ clean_number('Amount') }} as loan_amount,
        {{ clean_number('Price') }} as price_amount
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_customer': 'source_customer_id is null',
            'missing_label': "status is null or status not in ('good', 'bad')",
        }) }} as reject_reasons,
        {{ treatments({
            'missing_amount':
                'income_amount is null or assets_amount is null or debt_amount is null',
        }) }} as treatments
    from renamed
)

{{ judged_rows('checked', 'credit_data', 'customers', key=['source_customer_id']) }}
