-- One row per setting that the gaps between orders propose, where there are enough of
-- them: the smallest lapse horizon that outlasts nine gaps in ten. A gap that is not
-- over yet is in no figure, so a young business sees too few long ones.
with
coverage as (select * from {{ ref('feat_business__coverage') }}),

gaps as (
    select
        count(*) as gap_count,
        quantile_disc(gap_days, {{ proposal_setting('closed_gap_rate') }})
            as usual_gap_days
    from {{ ref('feat_customer_days') }}
    where gap_days is not null and activity_date < {{ as_of_date() }}
),

outcome_types as (
    select
        *,
        list_position([{{ quoted(var('outcomes')) }}], outcome_type) as position
    from {{ ref('outcome_types') }}
),

horizons as (
    select
        outcome_types.*,
        gaps.usual_gap_days,
        row_number() over (
            order by
                outcome_types.horizon_days < gaps.usual_gap_days,
                abs(outcome_types.horizon_days - gaps.usual_gap_days)
        ) as place
    from outcome_types
    cross join gaps
    cross join coverage
    where
        outcome_types.kind = 'lapse'
        and coverage.history_days >= {{ var('minimum_history_days') }}
        and gaps.gap_count >= {{ proposal_setting('least_gap_count') }}
),

proposed as (select * from horizons where place = 1),

-- The proposed outcome takes the place of the lapse that the business has.
wanted as (
    select
        outcome_types.position,
        case
            when outcome_types.kind = 'lapse' then proposed.outcome_type
            else outcome_types.outcome_type
        end as outcome_type
    from outcome_types
    cross join proposed
    where outcome_types.position is not null
    union all by name
    select
        outcome_type,
        {{ var('outcomes') | length }} + 1 as position
    from proposed
),

listed as (
    select
        outcome_type,
        min(position) as position
    from wanted
    group by outcome_type
),

settings as (
    select string_agg(outcome_type, ', ' order by position) as outcomes from listed
)

select
    'propensity' as output,
    'lapse_horizon_days' as check_name,
    cast(proposed.horizon_days as double) as value,
    proposed.position is not null as is_met,
    printf(
        '%.0f%% of the gaps between two orders of a customer are over within %d days',
        100 * {{ proposal_setting('closed_gap_rate') }},
        proposed.usual_gap_days
    ) as explanation,
    'outcomes: [' || settings.outcomes || ']' as setting
from proposed
cross join settings
