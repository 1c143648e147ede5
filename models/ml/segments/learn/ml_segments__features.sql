-- One row per feature that the business names: whether the segments use it, why not,
-- and how much of what sets the segments apart is due to it.
with
chosen as (select * from {{ ref('ml_segments__fit_features') }}),

fitted as (select * from {{ ref('ml_segments__fit') }}),

scaling as (select * from {{ ref('feat_scaling') }}),

sizes as (select max(customer_count) as customer_count from scaling),

-- Centres are in deviations over everybody, whose mean is 0 and whose variance is 1.
spreads as (
    select
        feature,
        sum(member_count * pow(centre, 2)) / sum(member_count)
        - pow(sum(member_count * centre) / sum(member_count), 2) as spread_rate
    from fitted
    group by feature
),

totals as (select sum(spread_rate) as spread_rate from spreads)

select
    chosen.feature,
    cast(chosen.feature_place as integer) as feature_place,
    chosen.is_used,
    chosen.reason,
    round(coalesce(spreads.spread_rate, 0), 9) as spread_rate,
    round(coalesce(spreads.spread_rate / nullif(totals.spread_rate, 0), 0), 9)
        as separation_rate,
    coalesce(1 - scaling.customer_count / nullif(sizes.customer_count, 0), 0)
        as missing_rate,
    chosen.alike_feature,
    chosen.alike_correlation
from chosen
cross join sizes
cross join totals
left join spreads on chosen.feature = spreads.feature
left join scaling on chosen.feature = scaling.feature
