-- One row per customer, `as_of_date` and feature: for drift, coverage and reading.
-- A view, since long and stored it costs ten times what wide does.
{{ config(materialized='view') }}

with
customers as (
    select
        customer_id,
        as_of_date,
        {{ as_doubles(var('features')) }}
    from {{ ref('feat_customers') }}
)

unpivot customers
on {{ var('features') | join(', ') }}
into name feature value value
