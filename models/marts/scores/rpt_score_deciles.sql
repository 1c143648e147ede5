-- One row per outcome and decile of out-of-time predictions: said beside seen, and what
-- acting would have brought. Deciles are taken within each cut-off; equal probabilities
-- share one.
-- An outcome that is withheld has none.
with
withheld as (
    select output from {{ ref('ml_propensity__readiness') }}
    where decision = 'withheld'
),

predictions as (
    select * from {{ ref('ml_propensity__backtest') }}
    where
        is_published
        and 'propensity:' || outcome_type not in (select output from withheld)
),

decisions as (
    select * from {{ ref('ml_propensity__decisions') }}
    where is_positive is not null
),

tenths as (
    select
        outcome_type,
        as_of_date,
        {{ decile_cut_points('probability') }} as cut_points
    from predictions
    group by outcome_type, as_of_date
),

base_rates as (
    select
        outcome_type,
        avg(cast(is_positive as integer)) as base_rate
    from predictions
    group by outcome_type
),

ranked as (
    select
        predictions.*,
        decisions.realised_value_amount,
        decisions.is_acted_on,
        {{ decile('predictions.probability', 'tenths.cut_points') }} as decile
    from predictions
    inner join tenths using (outcome_type, as_of_date)
    left join decisions using (customer_id, as_of_date, outcome_type)
)

select
    ranked.outcome_type,
    ranked.decile,
    count(*) as customer_count,
    round(avg(ranked.probability), 9) as mean_probability,
    avg(cast(ranked.is_positive as integer)) as observed_rate,
    avg(cast(ranked.is_positive as integer)) / any_value(base_rates.base_rate) as lift,
    case
        when count(ranked.realised_value_amount) > 0
            then {{ money_sum('ranked.realised_value_amount') }}
    end as realised_value_amount,
    count(*) filter (where ranked.is_acted_on) as acted_on_count,
    {{ money_sum('ranked.realised_value_amount', 'ranked.is_acted_on') }}
        as acted_on_value_amount
from ranked
inner join base_rates on ranked.outcome_type = base_rates.outcome_type
group by ranked.outcome_type, ranked.decile
order by ranked.outcome_type, ranked.decile
