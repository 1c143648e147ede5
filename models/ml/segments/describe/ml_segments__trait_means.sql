-- One row per segment and trait: its mean (or share) in the segment beside everybody's.
-- Traits of fewer than ten customers of a segment are left out.
with
traits as (
    select * from {{ ref('ml_segments__traits') }}
    union all by name
    select * from {{ ref('ml_segments__next_traits') }}
),

segment_bases as (
    select
        base,
        segment_id,
        case base
            when 'category' then count(*) else count(distinct customer_id)
        end as base_count
    from traits
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
        aspect,
        base,
        name,
        label,
        sum(cast(value as decimal(28, 6))) as value_sum,
        count(*) as customer_count
    from traits
    group by segment_id, aspect, base, name, label
),

overall as (
    select
        aspect,
        name,
        sum(value_sum) as value_sum
    from by_segment
    group by aspect, name
),

compared as (
    select
        by_segment.*,
        round(by_segment.value_sum / segment_bases.base_count, 6) as segment_value,
        round(overall.value_sum / all_bases.base_count, 6) as overall_value
    from by_segment
    inner join overall
        on by_segment.name = overall.name and by_segment.aspect = overall.aspect
    inner join segment_bases using (base, segment_id)
    inner join all_bases on by_segment.base = all_bases.base
)

select
    segment_id,
    aspect,
    name,
    label,
    segment_value,
    overall_value,
    segment_value / nullif(overall_value, 0) as ratio,
    customer_count
from compared
where customer_count >= {{ var('smallest_published_group') }}
