-- One row per list, split, cut-off, model and metric: other ways to make lists beside
-- the chosen one, as the last build found that was asked to compare.
with
runs as (select max(run_id) as run_id from {{ ref('ml_recommendations__neighbours') }}),

compared as (
    select
        found.* replace (cast(found.as_of_date as date) as as_of_date),
        'recommendations' as task,
        'next 30 days' as protocol,
        false as is_published,
        runs.run_id
    from {{ ref('ml_recommendations__fit_comparison') }} as found
    cross join runs
)

{{ found_or_known('compared', 'ml_recommendations__comparison') }}
