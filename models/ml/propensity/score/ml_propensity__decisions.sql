-- One row per customer, cut-off and outcome with a probability: those scored now, and
-- those of the backtest, for whom it is known what happened. Beside the probability
-- stands what acting is worth, and the grade: how many times the odds speak for acting.
with
scored as (
    select
        customer_id,
        {{ as_of_date() }} as as_of_date,
        outcome_type,
        probability,
        cast(null as boolean) as is_positive
    from {{ ref('ml_propensity__scores') }}
),

tested as (
    select
        customer_id,
        cast(as_of_date as date) as as_of_date,
        outcome_type,
        probability,
        is_positive
    from {{ ref('ml_propensity__backtest') }}
    where is_published and outcome_type in (select outcome_type from scored)
),

chances as (
    select * from scored
    union all by name
    select * from tested
),

valued as (
    select
        chances.probability,
        chances.is_positive,
        payoffs.*,
        {{ value_of_acting('chances.probability', 'payoffs') }}
            as expected_value_amount,
        case
            when chances.is_positive
                then
                    payoffs.acting_if_positive_amount
                    - payoffs.resting_if_positive_amount
            when not chances.is_positive then payoffs.acting_if_negative_amount
        end as realised_value_amount,
        coalesce({{ odds_for_acting('chances.probability', 'payoffs') }}, 0)
            as odds_for_acting
    from chances
    inner join {{ ref('ml_propensity__payoffs') }} as payoffs
        using (customer_id, as_of_date, outcome_type)
)

select
    valued.*,
    grades.grade,
    grades.limit_share,
    valued.expected_value_amount > 0 as is_acted_on
from valued
inner join {{ ref('policy_grades') }} as grades
    on
        valued.odds_for_acting >= grades.at_least
        and (valued.odds_for_acting < grades.below or grades.below is null)
