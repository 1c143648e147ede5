-- One row per rating.
select
    'movielens' as source,
    'ratings' as source_table,
    'movielens:' || source_customer_id || ':' || source_item_id as interaction_id,
    source_customer_id,
    'movielens:' || source_item_id as item_id,
    cast(null as varchar) as order_id,
    'rating' as interaction_type,
    occurred_at,
    cast(null as bigint) as quantity,
    cast(null as decimal(18, 2)) as amount,
    cast(null as decimal(18, 2)) as discount_amount,
    '{{ var("currency_code") }}' as currency_code,
    rating,
    cast(null as varchar) as channel,
    cast(null as varchar) as text,
    load_id
from {{ ref('stg_movielens__ratings') }}
where row_status = 'accepted'
