-- One row per outcome, split, cut-off, model and metric: other ways to make a
-- probability beside what was published, as the last build found that was asked to
-- compare.
with
compared as (select * from {{ ref('ml_propensity__fit_comparison') }}),

known as (select * from {{ state('ml_propensity__comparison') }}),

unioned as (
    select
        task,
        subject,
        protocol,
        split,
        cast(as_of_date as date) as as_of_date,
        model,
        metric,
        value,
        standard_error,
        baseline_model,
        baseline_value,
        verdict,
        is_published,
        run_id
    from compared
    union all by name
    select * from known
    where not exists (select 1 from compared)
)

select * from unioned
