-- One row per scored customer, outcome and reason, in plain words.
with
reasons as (select * from {{ ref('ml_propensity__reasons') }}),

texts as (select * from {{ ref('feat_texts') }}),

-- An attribute that the seed does not know is told by its name.
with_texts as (
    select
        reasons.*,
        coalesce(texts.unit, {{ unit_of_name('reasons.feature') }}) as unit,
        coalesce(
            texts.reason,
            {{ reason_of_name('reasons.feature', 'reasons.typical_level') }}
        ) as text
    from reasons
    left join texts on reasons.feature = texts.feature
),

worded as (
    select
        *,
        replace(
            replace(
                text,
                '{value}',
                coalesce(feature_level, {{ worded('feature_value', 'unit') }})
            ),
            '{typical}',
            case
                when feature_level = typical_level then 'the same'
                else coalesce(typical_level, {{ worded('typical_value', 'unit') }})
            end
        ) as reason
    from with_texts
)

select
    customer_id,
    outcome_type,
    {{ as_of_date() }} as as_of_date,
    reason_rank,
    feature,
    feature_value,
    feature_level,
    typical_value,
    typical_level,
    contribution_log_odds,
    contribution_points,
    reason || ': ' || printf('%+.1f', contribution_points) || ' points' as reason_text,
    is_approximate,
    run_id
from worded
order by customer_id, outcome_type, reason_rank
