-- One row per setting that the repeats of purchases before the fit propose, where there
-- are enough of them: a purchase counts half after about four of the usual intervals at
-- which a customer buys the same thing again.
with
coverage as (select * from {{ ref('feat_business__coverage') }}),

purchases as (
    select * from {{ ref('ml_recommendations__training_set') }}
    where purchased_date < {{ fit_date() }}
),

intervals as (
    select
        {{ days_between(
            'lag(purchased_date) over (
                partition by customer_id, item_id order by purchased_date
            )',
            'purchased_date'
        ) }} as interval_days
    from purchases
),

usual as (
    select
        count(interval_days) as interval_count,
        quantile_disc(interval_days, 0.5) as usual_interval_days
    from intervals
),

half_lives as (
    select unnest({{ proposal_setting('half_life_days') }}) as half_life_days
),

ranked as (
    select
        half_lives.half_life_days,
        usual.usual_interval_days,
        row_number() over (
            order by
                abs(
                    ln(half_lives.half_life_days)
                    - ln(
                        {{ proposal_setting('intervals_per_half_life') }}
                        * usual.usual_interval_days
                    )
                ),
                half_lives.half_life_days
        ) as place
    from half_lives
    cross join usual
    cross join coverage
    where
        coverage.history_days >= {{ var('minimum_history_days') }}
        and usual.interval_count >= {{ proposal_setting('least_gap_count') }}
),

proposed as (select * from ranked where place = 1)

select
    'recommendations:new_for_you' as output,
    'half_life_days' as check_name,
    cast(half_life_days as double) as value,
    half_life_days = {{ knob('half_life_days') }} as is_met,
    printf(
        'whoever buys a thing again usually does so after %d days', usual_interval_days
    ) as explanation,
    'recommendation_knobs: ' || {{ knobs_with('half_life_days', 'half_life_days') }}
        as setting
from proposed
