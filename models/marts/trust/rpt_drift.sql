-- One row per outcome, kind and name (and date of scores whose horizon is over): what
-- changed since the model was fitted, and whether it still does what its test promised.
with
stability as (select * from {{ ref('ml_propensity__stability') }}),

track_record as (select * from {{ ref('ml_propensity__track_record') }}),

promised as (
    select
        subject as outcome_type,
        value as auc
    from {{ ref('ml_propensity__evaluation') }}
    where split = 'test_mean' and metric = 'auc' and is_published
),

customers as (
    select
        outcome_type,
        case feature when 'probability' then 'score' else 'feature' end as kind,
        feature as name,
        {{ as_of_date() }} as as_of_date,
        stability_index as value,
        0 as expected_value,
        stability_index as shift,
        0.1 as shifted_at,
        0.25 as drifted_at
    from stability
),

ranking as (
    select
        track_record.outcome_type,
        'performance' as kind,
        'auc' as name,
        track_record.as_of_date,
        track_record.auc as value,
        promised.auc as expected_value,
        promised.auc - track_record.auc as shift,
        0.03 as shifted_at,
        0.06 as drifted_at
    from track_record
    left join promised on track_record.outcome_type = promised.outcome_type
    where track_record.auc is not null
),

rates as (
    select
        outcome_type,
        'performance' as kind,
        'observed_rate' as name,
        as_of_date,
        observed_rate as value,
        mean_probability as expected_value,
        abs(ln(greatest(observed_rate, 0.0001) / greatest(mean_probability, 0.0001)))
            as shift,
        ln(1.25) as shifted_at,
        ln(1.5) as drifted_at
    from track_record
),

unioned as (
    select * from customers
    union all by name
    select * from ranking
    union all by name
    select * from rates
)

select
    outcome_type,
    kind,
    name,
    as_of_date,
    value,
    cast(expected_value as double) as expected_value,
    case
        when shift > drifted_at then 'drifted'
        when shift > shifted_at then 'shifted'
        else 'stable'
    end as status
from unioned
order by all
