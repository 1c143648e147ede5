-- One row per customer and spell in a segment, from the day on which a version first
-- said so to the day on which one said otherwise.
with
earlier as (select * from {{ state('fct_segment_memberships') }}),

moves as (select * from {{ ref('ml_segments__moves') }}),

registry as (select * from {{ ref('ml_segments__registry') }}),

closed as (
    select * from earlier
    where valid_to is not null
),

still_open as (
    select
        earlier.customer_id,
        earlier.segment_id,
        coalesce(registry.segment_name, earlier.segment_name) as segment_name,
        earlier.valid_from,
        case
            when moves.segment_id = earlier.segment_id then cast(null as date)
            else {{ as_of_date() }}
        end as valid_to,
        earlier.reason
    from earlier
    left join moves on earlier.customer_id = moves.customer_id
    left join registry on earlier.segment_id = registry.segment_id
    where earlier.valid_to is null
),

begun as (
    select
        moves.customer_id,
        moves.segment_id,
        registry.segment_name,
        {{ as_of_date() }} as valid_from,
        cast(null as date) as valid_to,
        {{ move_reason(
            'moves.previous_segment_id', 'moves.frozen_segment_id', 'moves.segment_id'
        ) }} as reason
    from moves
    inner join registry on moves.segment_id = registry.segment_id
    where moves.segment_id is distinct from moves.previous_segment_id
)

select
    customer_id,
    segment_id,
    segment_name,
    valid_from,
    valid_to,
    reason
from closed
union all by name
select * from still_open
union all by name
select * from begun
order by customer_id, valid_from
