-- One row per customer who can still have the outcome, and outcome: how likely it is,
-- what is at stake, and whether acting (a contact, a loan) pays for itself.
with
scores as (select * from {{ ref('ml_propensity__scores') }}),

decisions as (
    select
        *,
        probability * resting_if_positive_amount as value_of_not_acting_amount
    from {{ ref('ml_propensity__decisions') }}
    where as_of_date = {{ as_of_date() }} and is_positive is null
)

select
    scores.customer_id,
    scores.outcome_type,
    {{ as_of_date() }} as as_of_date,
    scores.probability,
    scores.decile,
    cast(
        -least(
            decisions.resting_if_positive_amount,
            decisions.acting_if_positive_amount + coalesce(contact_cost_amount, 0)
        ) as decimal(18, 2)
    ) as value_at_stake_amount,
    cast(coalesce(decisions.contact_cost_amount, 0) as decimal(18, 2))
        as action_cost_amount,
    cast(
        decisions.value_of_not_acting_amount + decisions.expected_value_amount
        as decimal(18, 2)
    ) as value_of_acting_amount,
    cast(decisions.value_of_not_acting_amount as decimal(18, 2))
        as value_of_not_acting_amount,
    cast(decisions.expected_value_amount as decimal(18, 2)) as expected_value_amount,
    decisions.break_even_probability,
    decisions.grade,
    case
        when decisions.is_acted_on then decisions.action
        when decisions.action = 'lend' then 'decline'
        else 'leave'
    end as decision,
    scores.model,
    scores.run_id
from scores
inner join decisions using (customer_id, outcome_type)
order by scores.customer_id, scores.outcome_type
