-- One row per split, cut-off, model, number of segments and metric: other ways to make
-- segments, as the last build found that was asked to compare.
with
compared as (
    select * replace (cast(as_of_date as date) as as_of_date)
    from {{ ref('ml_segments__fit_comparison') }}
)

{{ found_or_known('compared', 'ml_segments__comparison') }}
