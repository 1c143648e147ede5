-- One row per list, split, cut-off and metric, beside the best simple rule.
with
evaluation as (select * from {{ ref('ml_recommendations__evaluation') }}),

verdicts as (select * from {{ ref('ml_recommendations__verdicts') }}),

readiness as (
    select distinct
        output,
        decision
    from {{ ref('ml_recommendations__readiness') }}
),

runs as (select max(run_id) as run_id from {{ ref('ml_recommendations__neighbours') }})

select
    'recommendations' as task,
    verdicts.list_name as subject,
    'next 30 days' as protocol,
    evaluation.split,
    evaluation.as_of_date,
    evaluation.model,
    evaluation.metric,
    evaluation.value,
    evaluation.standard_error,
    evaluation.baseline_model,
    evaluation.baseline_value,
    verdicts.verdict,
    verdicts.grade,
    verdicts.verdict <> 'beaten by the baseline'
    and readiness.decision = 'published' as is_published,
    runs.run_id
from evaluation
inner join verdicts using (protocol, baseline_model)
inner join readiness
    on 'recommendations:' || verdicts.list_name = readiness.output
cross join runs
