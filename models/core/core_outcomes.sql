-- One row per customer, outcome, offer and time from which on it was at stake: a label
-- that the business already had. Where records of one person disagree, it happened.
with
outcomes as ({{ union_feeds('outcomes') }}),

links as (select * from {{ ref('core_customer_links') }})

select
    links.customer_id,
    outcomes.outcome_type,
    outcomes.eligible_at,
    outcomes.item_tag,
    max(outcomes.observed_at) as observed_at,
    bool_or(outcomes.is_positive) as is_positive
from outcomes
inner join links using (source, source_customer_id)
group by
    links.customer_id, outcomes.outcome_type, outcomes.eligible_at, outcomes.item_tag
