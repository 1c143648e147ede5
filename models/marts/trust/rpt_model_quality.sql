-- One row per task, subject, split, cut-off, model and metric: each figure beside the
-- best simple thing that a person would do instead, and what followed from it.
with
segments as (select * from {{ ref('ml_segments__quality') }}),

propensity as (select * from {{ ref('ml_propensity__evaluation') }}),

ways as (select * from {{ ref('ml_propensity__comparison') }}),

recommendations as (select * from {{ ref('ml_recommendations__quality') }}),

list_ways as (select * from {{ ref('ml_recommendations__comparison') }}),

unioned as (
    select * from segments
    union all by name
    select * from propensity
    union all by name
    select * from ways
    union all by name
    select * from recommendations
    union all by name
    select * from list_ways
),

withheld as (
    select distinct output from {{ ref('rpt_readiness') }} where decision = 'withheld'
)

select
    task,
    subject,
    protocol,
    split,
    cast(as_of_date as date) as as_of_date,
    model,
    n_clusters,
    metric,
    value,
    standard_error,
    baseline_model,
    baseline_value,
    verdict,
    grade,
    is_published and withheld.output is null as is_published,
    run_id
from unioned
left join withheld
    on
        unioned.subject = withheld.output
        or unioned.task || ':' || unioned.subject = withheld.output
order by all
