-- One row per list, split, cut-off, model and metric: other ways to make lists beside
-- the chosen one, as the last build found that was asked to compare.
with
compared as (select * from {{ ref('ml_recommendations__fit_comparison') }}),

known as (select * from {{ state('ml_recommendations__comparison') }}),

runs as (select max(run_id) as run_id from {{ ref('ml_recommendations__neighbours') }}),

unioned as (
    select
        'recommendations' as task,
        compared.subject,
        'next 30 days' as protocol,
        compared.split,
        cast(compared.as_of_date as date) as as_of_date,
        compared.model,
        compared.metric,
        compared.value,
        compared.standard_error,
        compared.baseline_model,
        compared.baseline_value,
        compared.verdict,
        false as is_published,
        runs.run_id
    from compared
    cross join runs
    union all by name
    select * from known
    where not exists (select 1 from compared)
)

select * from unioned
