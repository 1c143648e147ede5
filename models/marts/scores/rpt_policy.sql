-- One row per outcome and grade: what to do with whom, and what it would have earned
-- with customers and days that the model had not seen. Loans have a limit and a rate
-- too. An outcome that is withheld has none.
with
decisions as (select * from {{ ref('ml_propensity__decisions') }}),

-- What a grade of loans has to earn to pay for its losses and the asked return, and no
-- less than loans earn today.
rates as (
    select
        outcome_type,
        grade,
        greatest(
            any_value(interest_rate),
            round(
                any_value(asked_return_rate) + any_value(loss_given_default_rate)
                * avg(probability) / (1 - avg(probability)),
                4
            )
        ) as suggested_rate
    from decisions
    where is_positive is null and action = 'lend'
    group by outcome_type, grade
),

earned as (
    select
        decisions.*,
        rates.suggested_rate,
        case
            when not decisions.is_acted_on then 0
            when decisions.action = 'contact' then decisions.realised_value_amount
            when decisions.is_positive
                then decisions.limit_share * decisions.realised_value_amount
            else
                decisions.limit_share * decisions.exposure_amount
                * coalesce(rates.suggested_rate, decisions.interest_rate)
        end as policy_amount
    from decisions
    left join rates using (outcome_type, grade)
)

select
    outcome_type,
    grade,
    any_value(action) as action,
    count(*) filter (where is_positive is null) as customer_count,
    count(*) filter (where is_positive is null and is_acted_on) as acted_on_count,
    round(avg(probability) filter (where is_positive is null), 9) as mean_probability,
    round(avg(break_even_probability) filter (where is_positive is null), 9)
        as mean_break_even_probability,
    {{ money_sum('expected_value_amount', 'is_positive is null and is_acted_on') }}
        as expected_value_amount,
    case when any_value(action) = 'lend' then any_value(limit_share) end as limit_share,
    case when bool_or(is_acted_on) then any_value(suggested_rate) end
        as suggested_rate,
    count(is_positive) as held_out_customer_count,
    avg(cast(is_positive as integer)) as held_out_rate,
    {{ money_sum('realised_value_amount', 'is_positive is not null') }}
        as held_out_everyone_amount,
    {{ money_sum('policy_amount', 'is_positive is not null') }}
        as held_out_policy_amount
from earned
group by outcome_type, grade
order by outcome_type, grade
