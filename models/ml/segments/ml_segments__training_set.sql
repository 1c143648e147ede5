-- One row per customer at the fit date and at the scoring date: the business's segment
-- features as deviations of their logs, 0 where one is missing. A fit reads the first,
-- the labels are for both.
with
normalised as (select * from {{ ref('feat_customers_normalised') }}),

as_of_dates as (
    select * from {{ ref('feat_as_of_dates') }} where is_fit_date or is_scoring_date
)

select
    normalised.customer_id,
    normalised.as_of_date,
    as_of_dates.is_fit_date,
    {{ filled_features(var('segment_features'), '_logz') }}
from normalised
inner join as_of_dates on normalised.as_of_date = as_of_dates.as_of_date
