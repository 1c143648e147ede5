-- One row per customer of an earlier cut-off and trait: what became of those who
-- were in a segment then.
{{ config(materialized='view') }}

with
-- Where nobody ever buys, nobody stays away.
periods as (
    select
        *,
        not bool_and(has_lapsed) over () as has_orders
    from {{ ref('ml_segments__evaluation_periods') }}
),

spend as (
    select
        customer_id,
        segment_id,
        'next_period' as aspect,
        'next_spend_amount' as name,
        'spend in the next {{ var("segment_horizon_days") }} days' as label,
        next_spend_amount as value
    from periods
    where has_orders
),

lapses as (
    select
        customer_id,
        segment_id,
        'next_period' as aspect,
        'next_lapse_rate' as name,
        'no order in the next {{ var("segment_horizon_days") }} days' as label,
        cast(has_lapsed as double) as value
    from periods
    where has_orders
),

moves as (
    select
        customer_id,
        segment_id,
        'next_segment' as aspect,
        next_segment_id as name,
        next_segment_name as label,
        1.0 as value
    from periods
),

unioned as (
    select * from spend
    union all by name
    select * from lapses
    union all by name
    select * from moves
)

select
    customer_id,
    segment_id,
    aspect,
    'next_period' as base,
    name,
    label,
    value
from unioned
