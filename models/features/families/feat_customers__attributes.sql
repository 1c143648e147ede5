-- One row per customer and `as_of_date`: the newest value of each attribute before it.
-- What has no `observed_at` never was before anything.
with
as_of_dates as (select * from {{ ref('feat_as_of_dates') }}),

attributes as (
    select
        customer_id,
        attribute,
        observed_at,
        {{ local_date('observed_at') }} as observed_date,
        coalesce(numeric_value, try_cast(text_value as double)) as numeric_value,
        coalesce(text_value, cast(numeric_value as varchar)) as text_value
    from {{ ref('core_customer_attributes') }}
    where
        attribute in ({{ quoted(var('attribute_features')) }})
        and observed_at is not null
)

select
    attributes.customer_id,
    as_of_dates.as_of_date,
    {{ attribute_columns() }}
from attributes
inner join as_of_dates on attributes.observed_date < as_of_dates.as_of_date
group by attributes.customer_id, as_of_dates.as_of_date
