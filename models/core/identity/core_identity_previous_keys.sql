-- One row per source customer and used key, as the version published before had it.
{{ config(materialized='view') }}

select
    source,
    source_customer_id,
    key_type,
    key_id
from {{ state('fct_identity_links') }}
where is_used
