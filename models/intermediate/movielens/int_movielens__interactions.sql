-- One row per rating.
select
    'movielens' as source,
    'ratings' as source_table,
    'movielens:' || source_customer_id || ':' || source_item_id as interaction_id,
    source_customer_id,
    'movielens:' || source_item_id as item_id,
    'rating' as interaction_type,
    occurred_at,
    '{{ var("currency_code") }}' as currency_code,
    rating,
    load_id
from {{ ref('stg_movielens__ratings') }}
where row_status = 'accepted'
