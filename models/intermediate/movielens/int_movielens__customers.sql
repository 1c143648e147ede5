-- One row per visitor. Ages are those of 1998.
select
    'movielens' as source,
    source_customer_id,
    cast(null as timestamp) as signed_up_at,
    1998 - age_years as birth_year,
    gender,
    occupation,
    cast(null as varchar) as income_band,
    cast(null as varchar) as region,
    cast(null as varchar) as country_code,
    cast(null as boolean) as has_marketing_consent,
    cast(null as boolean) as has_profiling_consent
from {{ ref('stg_movielens__users') }}
where row_status = 'accepted'
