-- One row per outcome and decile of out-of-time predictions: said beside seen.
select
    outcome_type,
    cast(decile as integer) as decile,
    cast(customer_count as bigint) as customer_count,
    mean_probability,
    observed_rate,
    lift
from {{ ref('ml_propensity__deciles') }}
order by outcome_type, decile
