-- One row per customer who can still have the outcome, and outcome: what each feature
-- adds to the log-odds of the average customer. The sum is the score, unless a business
-- chose a challenger: then it is nearly that.
with
readiness as (
    select distinct
        output,
        decision
    from {{ ref('ml_propensity__readiness') }}
),

-- An outcome that the records do not carry has no scores.
eligible as (
    select eligible.*
    from {{ ref('ml_propensity__eligible') }} as eligible
    inner join readiness
        on 'propensity:' || eligible.outcome_type = readiness.output
    where
        eligible.as_of_date = {{ as_of_date() }}
        and readiness.decision <> 'withheld'
),

features as (
    select * from {{ ref('ml_propensity__features') }}
    where as_of_date = {{ as_of_date() }}
),

logged as (
    select
        features.customer_id,
        {{ logged_columns(propensity_features(), 'features') }}
    from features
),

fitted as (
    {{ terms_to_rows(
        ref('ml_propensity__coefficients'), propensity_features()
    ) }}
),

batch_scores as (
    {{ batch_scores() }}
),

contributions as (
    {{ contribution_rows(propensity_features(), 'eligible', 'logged', 'fitted') }}
)

select
    contributions.*,
    contributions.model in ({{ quoted(chosen_models()) }}) as is_approximate,
    case
        when contributions.model in ({{ quoted(chosen_models()) }})
            then batch_scores.log_odds
        else intercept + {{ propensity_features() | join(' + ') }}
    end as log_odds
from contributions
left join batch_scores using (customer_id, outcome_type)
