-- One row per outcome, split, cut-off, model and metric: other ways to make a
-- probability beside what was published, as the last build found that was asked to
-- compare.
with
compared as (select * from {{ ref('ml_propensity__fit_comparison') }})

{{ found_or_known('compared', 'ml_propensity__comparison') }}
