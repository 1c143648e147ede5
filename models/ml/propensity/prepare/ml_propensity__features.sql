-- One row per customer and `as_of_date`: what the task may look at, and nothing else.
{{ propensity_feature_rows() }}
