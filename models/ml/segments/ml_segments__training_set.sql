-- One row per customer at the scoring date: the business's segment features as
-- deviations of their logs.
with
normalised as (
    select * from {{ ref('feat_customers_normalised') }}
    where as_of_date = {{ as_of_date() }}
)

select
    customer_id,
    {{ suffixed(var('segment_features'), '_logz') }}
from normalised
