-- One row per outcome and check: whether the records carry scores of it.
with
coverage as (select * from {{ ref('feat_business__coverage') }}),

outcome_types as (
    select * from {{ ref('outcome_types') }}
    where outcome_type in ({{ quoted(var('outcomes')) }})
),

eligible as (
    select
        eligible.outcome_type,
        features.*
    from {{ ref('ml_propensity__eligible') }} as eligible
    inner join {{ ref('ml_propensity__features') }} as features
        using (customer_id, as_of_date)
    where eligible.as_of_date = {{ as_of_date() }}
),

profiles as (
    select
        outcome_type,
        count(*) as customer_count
    from eligible
    group by outcome_type, {{ var('propensity_features') | join(', ') }}
),

ties as (
    select
        outcome_type,
        sum(customer_count) as eligible_customer_count,
        max(customer_count) / sum(customer_count) as largest_tie_rate
    from profiles
    group by outcome_type
),

labels as (select * from {{ ref('ml_propensity__label_counts') }}),

tests as (
    select
        outcome_type,
        count(distinct as_of_date) as test_cut_off_count
    from {{ ref('ml_propensity__backtest') }}
    group by outcome_type
),

of_outcomes as (
    select
        'propensity' as task,
        'propensity:' || outcome_types.outcome_type as output,
        -- What the business knows itself fills no windows, and may have one date.
        case
            when outcome_types.kind = 'label' then 0
            else {{ var('minimum_history_days') }} + 2 * outcome_types.horizon_days
        end as needed_history_days,
        case when outcome_types.kind = 'label' then 0.5 else 1 end as needed_cut_offs,
        coverage.history_days,
        ties.eligible_customer_count,
        ties.largest_tie_rate,
        labels.closed_cut_off_count,
        labels.positive_customer_count,
        labels.negative_customer_count,
        tests.test_cut_off_count
    from outcome_types
    cross join coverage
    left join ties on outcome_types.outcome_type = ties.outcome_type
    left join labels on outcome_types.outcome_type = labels.outcome_type
    left join tests on outcome_types.outcome_type = tests.outcome_type
),

measured as (
    {{ measured_checks('of_outcomes', keys=['task', 'output'], checks={
        'eligible_customer_count': 'eligible_customer_count',
        'history_days': ['history_days', 'needed_history_days'],
        'closed_cut_off_count': ['closed_cut_off_count', 'needed_cut_offs'],
        'positive_customer_count': 'positive_customer_count',
        'negative_customer_count': 'negative_customer_count',
        'largest_tie_rate': 'largest_tie_rate',
        'test_cut_off_count': 'test_cut_off_count',
    }) }}
)

{{ judged_checks('measured') }}
