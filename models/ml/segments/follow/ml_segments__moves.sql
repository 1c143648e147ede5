-- One row per customer who was in a segment in the version before or is in one now. The
-- segment by the old model and today's features parts the way into two steps: what is
-- left of it the customer moved, what is right of it the model moved.
with
before as (
    select * from {{ state('fct_segment_memberships') }}
    where valid_to is null
),

previous_assignments as (
    select * from {{ ref('ml_segments__previous_assignments') }}
    where as_of_date = {{ as_of_date() }}
),

scores as (select * from {{ ref('ml_segments__scores') }}),

customers as (
    select * from {{ ref('feat_customers') }} where as_of_date = {{ as_of_date() }}
),

models as (
    select count(*) > 0 as is_the_same
    from {{ ref('ml_segments__previous_centroids') }}
    where run_id in (select run_id from {{ ref('ml_segments__centroids') }})
),

both_versions as (
    select
        coalesce(before.customer_id, scores.customer_id) as customer_id,
        before.segment_id as previous_segment_id,
        scores.segment_id
    from before
    full outer join scores on before.customer_id = scores.customer_id
)

select
    both_versions.customer_id,
    both_versions.previous_segment_id,
    case
        when both_versions.segment_id is null then null
        when models.is_the_same then both_versions.segment_id
        else
            coalesce(previous_assignments.segment_id, both_versions.previous_segment_id)
    end as frozen_segment_id,
    both_versions.segment_id,
    cast(coalesce(customers.spend_amount_90d, 0) as decimal(18, 2)) as spend_amount_90d
from both_versions
cross join models
left join previous_assignments
    on both_versions.customer_id = previous_assignments.customer_id
left join customers on both_versions.customer_id = customers.customer_id
