-- One row per segment: who they are, how many, what they bring, what to do.
with
customers as (select * from {{ ref('dim_customers') }} where segment_id is not null),

registry as (select * from {{ ref('ml_segments__registry') }}),

quality as (
    select distinct verdict
    from {{ ref('rpt_model_quality') }}
    where task = 'segments' and is_published
),

sentences as (select * from {{ ref('ml_segments__sentences') }}),

runs as (select max(run_id) as run_id from {{ ref('ml_segments__centroids') }}),

totals as (
    select
        count(*) as customer_count,
        sum(spend_amount_90d) as spend_amount_90d
    from customers
),

segments as (
    select
        segment_id,
        count(*) as customer_count,
        cast(sum(spend_amount_90d) as decimal(18, 2)) as spend_amount_90d
    from customers
    group by segment_id
)

select
    registry.segment_id,
    registry.segment_name,
    registry.segment_rank,
    registry.description,
    sentences.sentence as profile_sentence,
    registry.strategy,
    segments.customer_count,
    {{ rate('segments.customer_count', 'totals.customer_count') }} as customer_share,
    segments.spend_amount_90d,
    {{ rate('segments.spend_amount_90d', 'totals.spend_amount_90d') }} as spend_share,
    {{ as_of_date() }} as as_of_date,
    coalesce(quality.verdict, 'no test possible') as verdict,
    runs.run_id
from registry
inner join segments on registry.segment_id = segments.segment_id
left join sentences on registry.segment_id = sentences.segment_id
cross join totals
cross join runs
left join quality on true
order by registry.segment_rank
