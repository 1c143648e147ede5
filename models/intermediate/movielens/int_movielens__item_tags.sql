-- One row per film and genre.
with
films as (
    select
        source_item_id,
        unnest(string_split(genres, ' ')) as genre
    from {{ ref('stg_movielens__films') }}
    where row_status = 'accepted'
)

select distinct
    'movielens:' || source_item_id as item_id,
    'genre' as tag_type,
    genre as tag
from films
where genre not in ('', 'unknown')
