-- One row per film, the rated ones that the list lacks included. Only the year of a
-- release is known; it is told in the name, since two films may share a title.
with
films as (
    select * from {{ ref('stg_movielens__films') }} where row_status = 'accepted'
),

ratings as (
    select * from {{ ref('stg_movielens__ratings') }} where row_status = 'accepted'
),

mentioned as (
    select source_item_id from films
    union distinct
    select source_item_id from ratings
)

select
    'movielens' as source,
    'movielens:' || mentioned.source_item_id as item_id,
    coalesce(films.title, 'Film ' || mentioned.source_item_id)
    || coalesce(' (' || films.release_year || ')', '') as item_name,
    'Film' as item_type,
    make_date(films.release_year, 1, 1) as released_date,
    true as is_merchandise
from mentioned
left join films on mentioned.source_item_id = films.source_item_id
