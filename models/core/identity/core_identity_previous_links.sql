-- One row per customer of a source, as the version published before this day had it.
{{ config(materialized='view') }}

select
    source,
    source_customer_id,
    customer_id
from {{ state('dim_customer_links') }}
