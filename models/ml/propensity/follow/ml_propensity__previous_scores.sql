-- One row per customer, outcome and fit date whose horizon was not over in the version
-- before: what was said.
select * from {{ state('ml_propensity__open_scores') }}
