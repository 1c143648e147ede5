-- One row per customer who could have the outcome, cut-off and outcome: what acting and
-- not acting brings if it happens and if it does not, and the chance at which they are
-- worth the same. To act is to contact, or to lend where `seeds/lending.csv` has a row.
{{ config(materialized='view') }}

with
eligible as (select * from {{ ref('ml_propensity__eligible') }}),

exposures as ({{ exposure_rows() }}),

outcome_types as (select * from {{ ref('outcome_types') }}),

contacts as (
    select * from {{ ref('costs') }} where business = '{{ var("business") }}'
),

loans as (
    select * from {{ ref('lending') }} where business = '{{ var("business") }}'
),

exposed as (
    select
        eligible.customer_id,
        eligible.as_of_date,
        eligible.outcome_type,
        contacts.contact_cost_amount,
        contacts.save_rate,
        contacts.margin_rate * outcome_types.loss_rate as loss_rate,
        loans.loss_given_default_rate,
        loans.interest_rate,
        loans.asked_return_rate,
        coalesce(
            {{ exposure_amount(
                'eligible.outcome_type', 'exposures', 'outcome_types'
            ) }},
            0
        ) as exposure_amount
    from eligible
    left join exposures using (customer_id, as_of_date)
    inner join outcome_types on eligible.outcome_type = outcome_types.outcome_type
    left join contacts on eligible.outcome_type = contacts.outcome_type
    left join loans on eligible.outcome_type = loans.outcome_type
),

contacting as (
    select
        *,
        'contact' as action,
        -(1 - save_rate) * loss_rate * exposure_amount - contact_cost_amount
            as acting_if_positive_amount,
        -contact_cost_amount as acting_if_negative_amount,
        -loss_rate * exposure_amount as resting_if_positive_amount
    from exposed
    where loss_given_default_rate is null
),

lending as (
    select
        *,
        'lend' as action,
        -loss_given_default_rate * exposure_amount as acting_if_positive_amount,
        interest_rate * exposure_amount as acting_if_negative_amount,
        0 as resting_if_positive_amount
    from exposed
    where loss_given_default_rate is not null
),

either as (
    select * from contacting
    union all by name
    select * from lending
)

select
    *,
    acting_if_negative_amount / nullif(
        acting_if_negative_amount
        - acting_if_positive_amount
        + resting_if_positive_amount,
        0
    ) as break_even_probability
from either
