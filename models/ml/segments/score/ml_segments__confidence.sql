-- One row per customer with a segment: how far from the border to the next segment they
-- are, and the feature that decides between the two.
with
scores as (select * from {{ ref('ml_segments__scores') }}),

assignments as (
    select * from {{ ref('ml_segments__assignments') }}
    where as_of_date = {{ as_of_date() }}
),

customers as (
    select * from {{ ref('ml_segments__training_set') }}
    where as_of_date = {{ as_of_date() }}
),

registry as (select * from {{ ref('ml_segments__registry') }}),

centres as (
    {{ centroids_to_rows(ref('ml_segments__centroids'), var('segment_features')) }}
)

select
    scores.customer_id,
    assignments.runner_up_distance,
    registry.segment_id as runner_up_segment_id,
    registry.segment_name as runner_up_segment_name,
    -- Two equal distances are the border, and at the centre nothing is in doubt.
    1 - {{ rate('assignments.segment_distance', 'assignments.runner_up_distance') }}
        as segment_confidence,
    {{ deciding_feature(
        var('segment_features'), 'customers', 'own', 'others'
    ) }} as deciding_feature
from scores
inner join assignments on scores.customer_id = assignments.customer_id
inner join customers on scores.customer_id = customers.customer_id
inner join centres as own on assignments.cluster_id = own.cluster_id
inner join centres as others on assignments.runner_up_cluster_id = others.cluster_id
inner join registry on assignments.runner_up_cluster_id = registry.cluster_id
