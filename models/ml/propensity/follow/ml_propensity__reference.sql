-- One row per outcome, feature and bin of what the model was fitted on, and of the
-- probabilities that it gave out of time. Bins are values where there are few, else
-- tenths; bin 0 has the rows whose value is not known.
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
    {{ bin_edges('known') }}
),

edges as (
    select
        outcome_type,
        feature,
        unnest(generate_series(2, len(cut_points) + 1)) as bin,
        unnest(cut_points) as lowest_value
    from cut_points
)

{{ share_of_bins('known', 'edges') }}
