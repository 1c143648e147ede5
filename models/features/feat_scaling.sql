-- One row per feature: what normalisation needs, learned from the customers of the
-- fit date and kept until the next fit, so that serving never scales anew.
with
customers as (
    select * from {{ ref('feat_customers') }}
    where as_of_date = {{ fit_date() }}
)

{{ scaling_rows('customers', var('features')) }}
