-- One row per split, cut-off, model, number of segments and metric: other ways to make
-- segments, as the last build found that was asked to compare.
with
compared as (select * from {{ ref('ml_segments__fit_comparison') }}),

known as (select * from {{ state('ml_segments__comparison') }}),

unioned as (
    select
        split,
        cast(as_of_date as date) as as_of_date,
        model,
        n_clusters,
        metric,
        value,
        standard_error
    from compared
    union all by name
    select * from known
    where not exists (select 1 from compared)
)

select * from unioned
