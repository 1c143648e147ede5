-- One row per customer and rank: neighbours of what the customer bought, if that is
-- what the records carry and what tests say; more than a list holds, since rules leave
-- some out. What was learned may know items that can no longer be recommended.
with
candidates as (
    select * from {{ ref('ml_recommendations__fit_candidates') }}
    where item_id in (select item_id from {{ ref('ml_recommendations__items') }})
),

verdicts as (
    select * from {{ ref('ml_recommendations__verdicts') }}
    where list_name = 'new_for_you'
),

readiness as (
    select distinct decision from {{ ref('ml_recommendations__readiness') }}
    where output = 'recommendations:new_for_you'
)

select
    candidates.customer_id,
    candidates.item_id,
    candidates.score,
    cast(candidates.because_item_id as varchar) as because_item_id,
    row_number() over (
        partition by candidates.customer_id
        order by candidates.score desc, candidates.item_id asc
    ) as rank
from candidates
cross join verdicts
cross join readiness
where
    verdicts.verdict <> 'beaten by the baseline'
    and readiness.decision = 'published'
