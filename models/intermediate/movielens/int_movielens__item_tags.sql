-- One row per film and genre, and per film its decade and the year of its release.
with
films as (
    select * from {{ ref('stg_movielens__films') }} where row_status = 'accepted'
),

genres as (
    select
        source_item_id,
        'genre' as tag_type,
        unnest(string_split(genres, ' ')) as tag
    from films
),

years as (
    select
        source_item_id,
        'release_year' as tag_type,
        cast(release_year as varchar) as tag
    from films
    union all by name
    select
        source_item_id,
        'decade' as tag_type,
        10 * (release_year // 10) || 's' as tag
    from films
),

tags as (
    select * from genres
    where tag not in ('', 'unknown')
    union all by name
    select * from years
    where tag is not null
)

select distinct
    'movielens:' || source_item_id as item_id,
    tag_type,
    tag
from tags
