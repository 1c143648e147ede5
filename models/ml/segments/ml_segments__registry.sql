-- One row per segment: what one fit calls a cluster, and what people call it.
with
names as (select * from {{ ref('ml_segments__fit_names') }}),

rules as (select * from {{ ref('segment_names') }})

select
    'segment_' || (names.cluster_id + 1) as segment_id,
    cast(names.cluster_id as integer) as cluster_id,
    rules.segment_name,
    cast(row_number() over (order by rules.name_rank) as integer) as segment_rank,
    rules.description,
    rules.strategy
from names
inner join rules on names.segment_name = rules.segment_name
