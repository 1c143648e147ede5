-- One row per order line and per event.
with
order_lines as (
    select
        'order_lines' as source_table,
        'shop:' || source_order_id || ':' || source_line_id as interaction_id,
        source_customer_id,
        'shop:' || source_item_id as item_id,
        'shop:' || source_order_id as order_id,
        case when quantity < 0 then 'return' else 'purchase' end as interaction_type,
        occurred_at,
        quantity,
        amount,
        discount_amount,
        channel,
        load_id
    from {{ ref('stg_shop__order_lines') }}
    where row_status = 'accepted'
),

events as (
    select
        'events' as source_table,
        'shop:event:' || source_event_id as interaction_id,
        source_customer_id,
        'shop:' || source_item_id as item_id,
        interaction_type,
        occurred_at,
        rating,
        channel,
        text,
        load_id
    from {{ ref('stg_shop__events') }}
    where row_status = 'accepted'
),

unioned as (
    select * from order_lines
    union all by name
    select * from events
)

select
    'shop' as source,
    source_table,
    interaction_id,
    source_customer_id,
    item_id,
    order_id,
    interaction_type,
    occurred_at,
    quantity,
    amount,
    discount_amount,
    '{{ var("currency_code") }}' as currency_code,
    rating,
    channel,
    text,
    load_id
from unioned
