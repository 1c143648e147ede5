-- One row per customer at the fit date, at the scoring date and at the newest cut-off
-- whose horizon is over: the business's segment features as deviations of their logs, 0
-- where one is missing. A fit reads the first, the labels are for all of them.
with
normalised as (select * from {{ ref('feat_customers_normalised') }}),

as_of_dates as (
    select
        *,
        max(
            case
                when
                    is_monthly
                    and as_of_date + {{ var('segment_horizon_days') }}
                    <= {{ as_of_date() }}
                    then as_of_date
            end
        ) over () as earlier_date
    from {{ ref('feat_as_of_dates') }}
)

select
    normalised.customer_id,
    normalised.as_of_date,
    as_of_dates.is_fit_date,
    {{ filled_features(var('segment_features'), '_logz') }}
from normalised
inner join as_of_dates on normalised.as_of_date = as_of_dates.as_of_date
where
    as_of_dates.is_fit_date
    or as_of_dates.is_scoring_date
    or as_of_dates.as_of_date = as_of_dates.earlier_date
