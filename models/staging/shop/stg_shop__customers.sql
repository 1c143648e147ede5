-- One row per registered customer; a newer row of the same customer replaces the older.
with
landed as (select * from {{ landed('shop', 'customers') }}),

renamed as (
    select
        -- ids
        {{ clean_text('customer_id') }} as source_customer_id,
        email_key,
        {{ landed_columns() }},

        -- text
        {{ clean_text('gender') }} as gender,
        {{ clean_text('region') }} as region,
        {{ clean_text('country_code') }} as country_code,

        -- numerics
        {{ clean_number('birth_year', 'integer') }} as birth_year,

        -- booleans
        try_cast(has_marketing_consent as boolean) as has_marketing_consent,

        -- timestamps
        {{ clean_timestamp('signed_up_at') }} as signed_up_at,
        {{ clean_timestamp('updated_at') }} as updated_at
    from landed
),

checked as (
    select
        * replace (
            case
                when birth_year between 1900 and year({{ as_of_date() }})
                    then birth_year
            end as birth_year
        ),
        {{ reject_reasons({
            'missing_customer': 'source_customer_id is null',
            'after_as_of_date': is_after_as_of_date('signed_up_at'),
        }) }} as reject_reasons,
        {{ treatments({
            'impossible_birth_year':
                'birth_year not between 1900 and year(' ~ as_of_date() ~ ')',
        }) }} as treatments
    from renamed
)

{{ judged_rows('checked', 'shop', 'customers', key=['source_customer_id']) }}
