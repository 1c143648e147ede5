-- One row per outcome, feature and bin of what the model was fitted on, and of the
-- probabilities that it gave out of time. Bins are tenths, equal values share one; bin 0
-- has the rows whose value is not known.
with
features as (
    {{ propensity_values(ref('ml_propensity__training_set')) }}
),

known as (
    select * from features
    union all by name
    select
        outcome_type,
        'probability' as feature,
        probability as value
    from {{ ref('ml_propensity__backtest') }}
    where is_published
),

cut_points as (
    select
        outcome_type,
        feature,
        list_sort(list_distinct({{ decile_cut_points('value') }})) as cut_points
    from known
    group by outcome_type, feature
),

edges as (
    select
        outcome_type,
        feature,
        unnest(generate_series(1, len(cut_points))) as bin,
        unnest(cut_points) as lowest_value
    from cut_points
)

{{ share_of_bins('known', 'edges') }}
