-- One row per customer who ever bought: the segment at the scoring date. None where the
-- records do not carry segments.
with
assignments as (
    select * from {{ ref('ml_segments__assignments') }}
    where as_of_date = {{ as_of_date() }}
),

registry as (select * from {{ ref('ml_segments__registry') }}),

readiness as (
    select distinct decision from {{ ref('ml_segments__readiness') }}
    where output = 'segments'
)

select
    assignments.customer_id,
    registry.segment_id,
    registry.segment_name,
    assignments.cluster_id,
    assignments.segment_distance,
    assignments.run_id
from assignments
inner join registry on assignments.cluster_id = registry.cluster_id
cross join readiness
where readiness.decision <> 'withheld'
