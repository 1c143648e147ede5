-- One row per label that the business already had.
with
outcomes as ({{ union_feeds('outcomes') }}),

links as (select * from {{ ref('core_customer_links') }})

select
    links.customer_id,
    outcomes.outcome_type,
    outcomes.eligible_at,
    outcomes.observed_at,
    outcomes.is_positive
from outcomes
inner join links
    on
        outcomes.source = links.source
        and outcomes.source_customer_id = links.source_customer_id
