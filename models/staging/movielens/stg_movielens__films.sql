-- One row per film, with its genres as one text. "Usual Suspects, The" is told as
-- people say it.
with
landed as (select * from {{ landed('movielens', 'films') }}),

renamed as (
    select
        -- ids
        {{ clean_text('"item_id:token"') }} as source_item_id,
        {{ landed_columns() }},

        -- text
        regexp_replace(
            {{ clean_text('"movie_title:token_seq"') }},
            '^(.*), (The|A|An)( \(.*\))?$',
            '\2 \1\3'
        ) as title,
        {{ clean_text('"class:token_seq"') }} as genres,

        -- numerics
        {{ clean_number('"release_year:token"', 'integer') }} as release_year
    from landed
),

checked as (
    select
        *,
        {{ reject_reasons({'missing_product': 'source_item_id is null'}) }}
            as reject_reasons,
        {{ treatments({
            'undescribed_product': "coalesce(genres, 'unknown') = 'unknown'",
        }) }} as treatments
    from renamed
)

{{ judged_rows('checked', 'movielens', 'films', key=['source_item_id']) }}
