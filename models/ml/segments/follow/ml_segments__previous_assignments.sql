-- One row per customer, at the fit date and at the scoring date: the segment by the
-- model of the version before, in its own scaling. Where today's differs, the model
-- moved. None while that model is still in use.
with
previous_centroids as (
    select * from {{ ref('ml_segments__previous_centroids') }}
    where run_id not in (select run_id from {{ ref('ml_segments__centroids') }})
),

previous_registry as (select * from {{ ref('ml_segments__previous_registry') }}),

customers as (
    select
        customer_id,
        as_of_date
    from {{ ref('feat_customers') }}
    where as_of_date in ({{ fit_date() }}, {{ as_of_date() }}) and {{ is_refit() }}
),

features as (
    select * from {{ ref('feat_matrix') }}
    where as_of_date in ({{ fit_date() }}, {{ as_of_date() }}) and {{ is_refit() }}
),

distances as (
    select
        customers.customer_id,
        customers.as_of_date,
        previous_centroids.cluster_id,
        -- A missing value is typical, as in a fit. Threads add up in any order, so that
        -- the last digits are none to decide by.
        round(sum(pow(coalesce(
            ({{ log1p('features.value') }} - previous_centroids.log_mean)
            / previous_centroids.log_deviation, 0
        ) - previous_centroids.fitted_centre, 2)), 9) as distance
    from customers
    cross join previous_centroids
    left join features
        on
            customers.customer_id = features.customer_id
            and customers.as_of_date = features.as_of_date
            and previous_centroids.feature = features.feature
    group by
        customers.customer_id, customers.as_of_date, previous_centroids.cluster_id
),

nearest as (
    select
        customer_id,
        as_of_date,
        arg_min(cluster_id, (distance, cluster_id)) as cluster_id
    from distances
    group by customer_id, as_of_date
)

select
    nearest.customer_id,
    nearest.as_of_date,
    previous_registry.segment_id
from nearest
inner join previous_registry on nearest.cluster_id = previous_registry.cluster_id
