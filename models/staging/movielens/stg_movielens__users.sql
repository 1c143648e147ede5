-- One row per visitor.
with
landed as (select * from {{ landed('movielens', 'users') }}),

renamed as (
    select
        -- ids
        {{ clean_text('"user_id:token"') }} as source_customer_id,
        {{ landed_columns() }},

        -- text
        {{ clean_text('"occupation:token"') }} as occupation,

        -- codes
        case {{ clean_text('"gender:token"') }}
            when 'F' then 'female'
            when 'M' then 'male'
        end as gender,

        -- numerics
        {{ clean_number('"age:token"', 'integer') }} as age_years
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({'missing_customer': 'source_customer_id is null'}) }}
            as reject_reasons,
        {{ treatments() }} as treatments
    from renamed
)

{{ judged_rows('checked', 'movielens', 'users', key=['source_customer_id']) }}
