-- One row per outcome, feature and term of the models that the version published before
-- scored with; none in a first build.
select * from {{ state('ml_propensity__coefficients') }}
