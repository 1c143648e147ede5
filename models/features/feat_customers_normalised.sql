-- One row per customer and `as_of_date`: each feature clipped to [0, 1] (`_minmax`) and
-- as deviations of its log (`_logz`). A constant feature has no min-max form.
{{ config(materialized='view') }}

with
customers as (select * from {{ ref('feat_customers') }}),

scaling as (
    {{ pivoted_to_row(
        ref('feat_scaling'),
        'feature',
        var('features'),
        ['minimum', 'maximum', 'log_mean', 'log_deviation']
    ) }}
)

select
    customers.customer_id,
    customers.as_of_date,
    {{ normalised_columns(var('features'), 'customers', 'scaling') }}
from customers
cross join scaling
