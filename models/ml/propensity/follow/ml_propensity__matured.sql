-- One row per outcome and date on which scores were published, whose horizon ended
-- since the last version: how good they turned out to be.
with
ended as (
    select
        said.outcome_type,
        said.as_of_date,
        said.run_id,
        said.probability,
        cast(labels.is_positive as integer) as outcome,
        rank() over same_cohort + (count(*) over same_chance - 1) / 2.0 as mean_rank
    from {{ ref('ml_propensity__previous_scores') }} as said
    inner join {{ ref('ml_propensity__labels') }} as labels
        using (customer_id, outcome_type, as_of_date)
    window
        same_cohort as (
            partition by said.outcome_type, said.as_of_date order by said.probability
        ),
        same_chance as (
            partition by said.outcome_type, said.as_of_date, said.probability
        )
),

counted as (
    select
        outcome_type,
        as_of_date,
        any_value(run_id) as run_id,
        count(*) as customer_count,
        sum(outcome) as positive_count,
        sum(case when outcome = 1 then mean_rank end) as positive_rank_sum,
        round(avg(probability), 9) as mean_probability,
        round(avg(pow(probability - outcome, 2)), 9) as brier
    from ended
    group by outcome_type, as_of_date
)

select
    outcome_type,
    as_of_date,
    run_id,
    customer_count,
    mean_probability,
    positive_count / customer_count as observed_rate,
    brier,
    (positive_rank_sum - positive_count * (positive_count + 1) / 2)
    / nullif(positive_count * (customer_count - positive_count), 0) as auc
from counted
