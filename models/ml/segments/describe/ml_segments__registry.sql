-- One row per living segment: what one fit calls a cluster, and what people call it. A
-- name of a person's own stands before the one by rule.
with
lineage as (
    select * from {{ ref('ml_segments__lineage') }}
    where cluster_id is not null
),

overrides as (select * from {{ ref('ml_segments__overrides') }})

select
    lineage.segment_id,
    lineage.cluster_id,
    coalesce(overrides.segment_name, lineage.segment_name) as segment_name,
    cast(row_number() over (order by lineage.name_rank, lineage.segment_id) as integer)
        as segment_rank,
    coalesce(overrides.description, lineage.description) as description,
    coalesce(overrides.strategy, lineage.strategy) as strategy
from lineage
left join overrides on lineage.segment_id = overrides.segment_id
