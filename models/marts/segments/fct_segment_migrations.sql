-- One row per scoring date, pair of segments and reason. A customer's way from the
-- segment of the version before is two steps, and each that leads elsewhere is counted:
-- old model and new features (the customer moved), then new model (the model moved).
with
moves as (select * from {{ ref('ml_segments__moves') }}),

earlier as (
    select * from {{ state('fct_segment_migrations') }}
    where as_of_date < {{ as_of_date() }}
),

steps as (
    select
        previous_segment_id as from_segment_id,
        frozen_segment_id as to_segment_id,
        'customer_moved' as reason,
        spend_amount_90d
    from moves
    where previous_segment_id is not null and segment_id is not null
    union all by name
    select
        frozen_segment_id as from_segment_id,
        segment_id as to_segment_id,
        'model_moved' as reason,
        spend_amount_90d
    from moves
    where previous_segment_id is not null and segment_id is not null
    union all by name
    select
        previous_segment_id as from_segment_id,
        segment_id as to_segment_id,
        case when segment_id is null then 'left' else 'joined' end as reason,
        spend_amount_90d
    from moves
    where previous_segment_id is null or segment_id is null
),

counted as (
    select
        {{ as_of_date() }} as as_of_date,
        from_segment_id,
        to_segment_id,
        reason,
        count(*) as customer_count,
        cast(sum(spend_amount_90d) as decimal(18, 2)) as spend_amount_90d
    from steps
    where from_segment_id is distinct from to_segment_id
    group by from_segment_id, to_segment_id, reason
)

select * from earlier
union all by name
select * from counted
order by as_of_date, from_segment_id, to_segment_id, reason
