-- One row per feature: what normalisation needs, fitted on the customers of the
-- scoring date. A fit copies what it used into its own artefacts, so that serving never
-- re-fits.
with
customers as (
    select * from {{ ref('feat_customers') }}
    where as_of_date = {{ as_of_date() }}
)

{{ scaling_rows('customers', var('features')) }}
