-- One row per thing that happened. Rows without a customer stay for the totals. In an
-- increment, only after what changed was noted: {{ ref('core_changed_customers') }}.
with
interactions as ({{ interactions_to_take_in() }}),

local_dates as ({{ local_dates('select * from interactions', 'occurred_at') }}),

links as (select * from {{ ref('core_customer_links') }})

select
    interactions.interaction_id,
    links.customer_id,
    interactions.item_id,
    interactions.order_id,
    interactions.source,
    interactions.source_table,
    interactions.interaction_type,
    interactions.occurred_at,
    local_dates.local_date as occurred_date,
    interactions.quantity,
    interactions.amount,
    interactions.discount_amount,
    interactions.currency_code,
    interactions.rating,
    interactions.channel,
    interactions.text,
    interactions.load_id
from interactions
left join links using (source, source_customer_id)
left join local_dates
    on {{ quarter_hour('interactions.occurred_at') }} = local_dates.quarter_at
