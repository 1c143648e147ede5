-- One row per outcome: at how many past cut-offs it is known what happened, and to how
-- many customers.
select
    outcome_type,
    count(distinct as_of_date) as closed_cut_off_count,
    count(distinct case when is_positive then customer_id end)
        as positive_customer_count,
    count(distinct case when not is_positive then customer_id end)
        as negative_customer_count
from {{ ref('ml_propensity__labels') }}
group by outcome_type
