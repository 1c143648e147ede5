-- One row per visitor and film that they rated. Times are seconds since 1970, UTC.
with
landed as (select * from {{ landed('movielens', 'ratings') }}),

renamed as (
    select
        -- ids
        {{ clean_text('"user_id:token"') }} as source_customer_id,
        {{ clean_text('"item_id:token"') }} as source_item_id,
        {{ landed_columns() }},

        -- numerics
        {{ clean_number('"rating:float"', 'double') }} as rating,

        -- timestamps
        make_timestamp(
            1000000 * {{ clean_number('"timestamp:float"', 'bigint') }}
        ) as occurred_at
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({
            'missing_customer': 'source_customer_id is null',
            'missing_product': 'source_item_id is null',
            'bad_time': is_bad_time('occurred_at'),
            'after_as_of_date': is_after_as_of_date('occurred_at'),
            'bad_rating': 'rating is null',
        }) }} as reject_reasons,
        {{ treatments() }} as treatments
    from renamed
)

{{ judged_rows(
    'checked', 'movielens', 'ratings',
    key=['source_customer_id', 'source_item_id']
) }}
