-- One row per cut-off: the scoring date, the date of the last fit, and monthly ones
-- before that which have enough history behind them to fill the longest feature window.
with
steps as (
    select unnest(generate_series(0, {{ var('cutoff_count') }})) as months_back
),

history as (
    select min(occurred_date) as first_date
    from {{ ref('core_interactions') }}
    where interaction_type <> 'contact'
),

cutoffs as (
    select
        cast({{ fit_date() }} - to_months(cast(months_back as integer)) as date)
            as as_of_date
    from steps
    union distinct
    select {{ as_of_date() }} as as_of_date
),

reaches as (
    select
        cutoffs.as_of_date,
        cutoffs.as_of_date = {{ as_of_date() }} as is_scoring_date,
        cutoffs.as_of_date = {{ fit_date() }} as is_fit_date,
        coalesce(
            {{ days_between('history.first_date', 'cutoffs.as_of_date') }}, 0
        ) as history_days
    from cutoffs
    cross join history
)

select *
from reaches
where
    is_scoring_date
    or is_fit_date
    or history_days >= {{ var('minimum_history_days') }}
