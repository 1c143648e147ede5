-- One row per customer, those who never bought included: they are prospects. What the
-- records do not carry is null, and the names say so.
with
customers as (select * from {{ ref('core_customers') }}),

features as (
    select * from {{ ref('feat_customers') }} where as_of_date = {{ as_of_date() }}
),

-- Where nobody ever bought, what is known of people is no till: they are no prospects.
business as (select count(*) > 0 as has_buyers from features),

readiness as (
    select distinct decision from {{ ref('rpt_readiness') }} where output = 'rfm'
),

rfm_scores as (
    select rfm_scores.*
    from {{ ref('feat_customers__rfm_scores') }} as rfm_scores
    cross join readiness
    where
        rfm_scores.as_of_date = {{ as_of_date() }}
        and readiness.decision <> 'withheld'
),

segments as (select * from {{ ref('ml_segments__scores') }}),

confidence as (select * from {{ ref('ml_segments__confidence') }}),

scores as (
    select * from {{ ref('ml_propensity__scores') }}
    where outcome_type = '{{ var("outcomes") | first | default("") }}'
),

rfm_groups as (select * from {{ ref('ml_segments__rfm_groups') }})

select
    customers.customer_id,
    {{ as_of_date() }} as as_of_date,
    segments.segment_id,
    case
        when features.customer_id is null and business.has_buyers then 'Prospects'
        else coalesce(segments.segment_name, 'No segment')
    end as segment_name,
    case
        when features.customer_id is null and business.has_buyers then 'Prospects'
        else coalesce(rfm_groups.rfm_group, 'No group')
    end as rfm_group,
    cast(rfm_scores.recency_score as integer) as recency_score,
    cast(rfm_scores.frequency_score as integer) as frequency_score,
    cast(rfm_scores.monetary_score as integer) as monetary_score,
    features.days_since_last_order,
    coalesce(features.order_count_90d, 0) as order_count_90d,
    cast(coalesce(features.spend_amount_90d, 0) as decimal(18, 2)) as spend_amount_90d,
    cast(coalesce(features.spend_amount_365d, 0) as decimal(18, 2))
        as spend_amount_365d,
    coalesce(features.active_week_count_90d, 0) as active_week_count_90d,
    case
        when features.days_since_last_order is not null then
            cast({{ as_of_date() }} - cast(features.tenure_days as integer) as date)
    end as first_order_date,
    cast({{ as_of_date() }} - cast(features.days_since_last_order as integer) as date)
        as last_order_date,
    scores.outcome_type,
    scores.probability as outcome_probability,
    scores.decile as outcome_decile,
    customers.has_marketing_consent,
    confidence.segment_confidence,
    confidence.runner_up_segment_id,
    confidence.deciding_feature as segment_deciding_feature
from customers
cross join business
left join features on customers.customer_id = features.customer_id
left join rfm_scores on customers.customer_id = rfm_scores.customer_id
left join rfm_groups
    on
        rfm_scores.recency_score = rfm_groups.recency_score
        and rfm_scores.frequency_score = rfm_groups.frequency_score
        and rfm_scores.monetary_score = rfm_groups.monetary_score
left join segments on customers.customer_id = segments.customer_id
left join confidence on customers.customer_id = confidence.customer_id
left join scores on customers.customer_id = scores.customer_id
order by customers.customer_id
