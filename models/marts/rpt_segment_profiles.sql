-- One row per segment and trait: its mean (or share) in the segment beside everybody's.
-- Traits of fewer than ten customers of a segment are left out.
with
customers as (select * from {{ ref('dim_customers') }} where segment_id is not null),

traits as (select * from {{ ref('ml_segments__traits') }}),

members as (
    select
        customers.segment_id,
        customers.segment_name,
        traits.*
    from traits
    inner join customers on traits.customer_id = customers.customer_id
),

segment_bases as (
    select
        base,
        segment_id,
        count(distinct customer_id) as base_count
    from members
    group by base, segment_id
),

all_bases as (
    select
        base,
        sum(base_count) as base_count
    from segment_bases
    group by base
),

by_segment as (
    select
        segment_id,
        segment_name,
        aspect,
        base,
        name,
        label,
        sum(cast(value as decimal(28, 6))) as value_sum,
        count(*) as customer_count
    from members
    group by segment_id, segment_name, aspect, base, name, label
),

overall as (
    select
        name,
        aspect,
        sum(cast(value as decimal(28, 6))) as value_sum
    from members
    group by name, aspect
),

compared as (
    select
        by_segment.*,
        round(by_segment.value_sum / segment_bases.base_count, 6) as segment_value,
        round(overall.value_sum / all_bases.base_count, 6) as overall_value
    from by_segment
    inner join overall
        on by_segment.name = overall.name and by_segment.aspect = overall.aspect
    inner join segment_bases
        on
            by_segment.base = segment_bases.base
            and by_segment.segment_id = segment_bases.segment_id
    inner join all_bases on by_segment.base = all_bases.base
    where by_segment.customer_count >= {{ var('smallest_published_group') }}
)

select
    segment_id,
    segment_name,
    aspect,
    name,
    label,
    segment_value,
    overall_value,
    segment_value / nullif(overall_value, 0) as ratio,
    customer_count
from compared
order by segment_id, aspect, name
