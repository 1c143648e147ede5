-- One row per visitor. Ages are those of 1998.
select
    'movielens' as source,
    source_customer_id,
    1998 - age_years as birth_year,
    gender,
    occupation
from {{ ref('stg_movielens__users') }}
where row_status = 'accepted'
