-- One row per segment and trait: its mean (or share) in the segment beside that of
-- everybody; and one per neighbour, with the distance between the centres. Traits of
-- fewer than ten customers of a segment are left out.
with
registry as (select * from {{ ref('ml_segments__registry') }}),

traits as (select * from {{ ref('ml_segments__trait_means') }}),

segments as (
    select
        segment_id,
        segment_name,
        count(*) as customer_count
    from {{ ref('dim_customers') }}
    where segment_id is not null
    group by segment_id, segment_name
),

neighbours as (
    select
        neighbours.segment_id,
        'neighbour' as aspect,
        neighbours.neighbour_segment_id as name,
        segments.segment_name as label,
        neighbours.centre_distance as segment_value,
        round(avg(neighbours.centre_distance) over (), 6) as overall_value,
        segments.customer_count
    from {{ ref('ml_segments__neighbours') }} as neighbours
    inner join segments on neighbours.neighbour_segment_id = segments.segment_id
),

unioned as (
    select * from traits
    union all by name
    select
        *,
        segment_value / nullif(overall_value, 0) as ratio
    from neighbours
    where customer_count >= {{ var('smallest_published_group') }}
)

select
    unioned.segment_id,
    registry.segment_name,
    unioned.aspect,
    unioned.name,
    unioned.label,
    unioned.segment_value,
    unioned.overall_value,
    unioned.ratio,
    unioned.customer_count
from unioned
inner join registry on unioned.segment_id = registry.segment_id
order by unioned.segment_id, unioned.aspect, unioned.name
