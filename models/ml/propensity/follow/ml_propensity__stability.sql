-- One row per outcome and feature: how far the customers who are scored now are from
-- those that the model was fitted on (population stability index). Above the limit of
-- rows, a sample of customers.
with
scores as (
    select
        *,
        {{ hash_bucket('customer_id', 1000000) }} / 1000000.0 as customer_place,
        count(*) over (partition by outcome_type) as row_count
    from {{ ref('ml_propensity__scores') }}
),

sampled as (
    select
        scores.outcome_type,
        scores.probability,
        features.*
    from scores
    inner join {{ ref('ml_propensity__features') }} as features
        on
            scores.customer_id = features.customer_id
            and features.as_of_date = {{ as_of_date() }}
    where scores.customer_place < {{ var('backtest_row_limit') }} / scores.row_count
),

known as (
    {{ propensity_values('sampled', also=['probability']) }}
),

reference as (select * from {{ ref('ml_propensity__reference') }}),

edges as (select * from reference where lowest_value is not null),

found as (
    {{ share_of_bins('known', 'edges') }}
),

shares as (
    select
        outcome_type,
        feature,
        greatest(coalesce(reference.row_share, 0), 0.0001) as reference_share,
        greatest(coalesce(found.row_share, 0), 0.0001) as now_share
    from reference
    full outer join found using (outcome_type, feature, bin)
)

select
    outcome_type,
    feature,
    round(sum((now_share - reference_share) * ln(now_share / reference_share)), 9)
        as stability_index
from shares
where outcome_type in (select scores.outcome_type from scores)
group by outcome_type, feature
