-- One row per scored customer, outcome and reason, in plain words.
with
reasons as (select * from {{ ref('ml_propensity__reasons') }}),

texts as (select * from {{ ref('feature_texts') }}),

worded as (
    select
        reasons.*,
        replace(
            replace(
                texts.reason,
                '{value}',
                {{ worded('reasons.feature_value', 'texts.unit') }}
            ),
            '{typical}',
            {{ worded('reasons.typical_value', 'texts.unit') }}
        ) as reason
    from reasons
    inner join texts on reasons.feature = texts.feature
)

select
    customer_id,
    outcome_type,
    {{ as_of_date() }} as as_of_date,
    reason_rank,
    feature,
    feature_value,
    typical_value,
    contribution_log_odds,
    contribution_points,
    reason || ': ' || printf('%+.1f', contribution_points) || ' points' as reason_text,
    run_id
from worded
order by customer_id, outcome_type, reason_rank
