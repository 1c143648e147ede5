-- One row per cluster: how its members score at the fit date, which is what names it.
with
assignments as (
    select * from {{ ref('ml_segments__assignments') }}
    where as_of_date = {{ fit_date() }}
),

scores as (
    select * from {{ ref('feat_customers__rfm_scores') }}
    where as_of_date = {{ fit_date() }}
)

select
    assignments.cluster_id,
    count(*) as customer_count,
    round(avg(scores.recency_score), 6) as recency_score,
    round(avg((scores.frequency_score + scores.monetary_score) / 2), 6) as volume_score
from assignments
inner join scores on assignments.customer_id = scores.customer_id
group by assignments.cluster_id
