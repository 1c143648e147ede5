-- One row per cut-off: the scoring date, the date of the last fit, monthly ones before
-- that which have enough history behind them to fill the longest feature window, and
-- the days on which an outcome that the business knows itself was at stake.
with
steps as (
    select unnest(generate_series(0, {{ var('cutoff_count') }})) as months_back
),

history as (
    select min(occurred_date) as first_date
    from {{ ref('core_interactions') }}
    where interaction_type not in ('contact', 'recommendation_shown')
),

stakes as (
    select distinct {{ local_date('eligible_at') }} as as_of_date
    from {{ ref('core_outcomes') }}
    where outcome_type in ({{ quoted(var('outcomes')) }})
),

newest_stakes as (
    select as_of_date from stakes
    where as_of_date < {{ fit_date() }}
    order by as_of_date desc
    limit {{ var('stake_date_count') }}
),

candidates as (
    select
        cast({{ fit_date() }} - to_months(cast(months_back as integer)) as date)
            as as_of_date,
        true as is_month,
        false as is_stake_date
    from steps
    union all by name
    select
        as_of_date,
        false as is_month,
        true as is_stake_date
    from newest_stakes
    union all by name
    select
        {{ as_of_date() }} as as_of_date,
        false as is_month,
        false as is_stake_date
),

cutoffs as (
    select
        as_of_date,
        as_of_date = {{ as_of_date() }} as is_scoring_date,
        as_of_date = {{ fit_date() }} as is_fit_date,
        bool_or(is_month) as is_month,
        bool_or(is_stake_date) as is_stake_date
    from candidates
    group by as_of_date
),

reaches as (
    select
        cutoffs.as_of_date,
        cutoffs.is_scoring_date,
        cutoffs.is_fit_date,
        cutoffs.is_stake_date,
        coalesce(
            {{ days_between('history.first_date', 'cutoffs.as_of_date') }}, 0
        ) as history_days,
        cutoffs.is_month
        and (
            cutoffs.is_fit_date or history_days >= {{ var('minimum_history_days') }}
        ) as is_monthly
    from cutoffs
    cross join history
)

select *
from reaches
where is_scoring_date or is_stake_date or is_monthly
