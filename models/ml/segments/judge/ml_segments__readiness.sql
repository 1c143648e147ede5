-- One row per output and check: whether the records of the last fit carry segments, and
-- the RFM grid that is the simple thing beside them.
with
coverage as (select * from {{ ref('feat_business__coverage') }}),

choice as (select * from {{ ref('ml_segments__choice') }}),

customers as (
    select * from {{ ref('ml_segments__training_set') }} where is_fit_date
),

buyers as (
    select * from {{ ref('feat_customers__rfm') }}
    where as_of_date = {{ fit_date() }} and days_since_last_order is not null
),

segment_ties as ({{ largest_tie('customers', var('segment_features')) }}),

rfm_ties as (
    {{ largest_tie(
        'buyers', ['days_since_last_order', 'order_count_90d', 'spend_amount_90d']
    ) }}
),

constants as (
    select {{ constant_count(var('segment_features')) }} as constant_feature_count
    from customers
),

sizes as (
    select count(*) as customer_count
    from {{ ref('ml_segments__assignments') }}
    where as_of_date = {{ as_of_date() }}
    group by cluster_id
),

smallest as (
    select min(customer_count) as smallest_segment_count from sizes
),

of_segments as (
    select
        coverage.*,
        choice.n_clusters,
        segment_ties.*,
        constants.*,
        smallest.*
    from coverage
    cross join choice
    cross join segment_ties
    cross join constants
    cross join smallest
),

-- Of whoever rates and never buys there is neither recency nor spend.
of_rfm as (
    select
        coverage.* replace ((select count(*) from buyers) as buyer_count),
        rfm_ties.*
    from coverage
    cross join rfm_ties
),

measured as (
    select
        'segments' as task,
        *
    from (
        {{ measured_checks('of_segments', {
            'buyer_count': ['buyer_count', 'n_clusters'],
            'history_days': ['history_days', var('minimum_history_days')],
            'distinct_customer_count':
                ['distinct_customer_count', 'n_clusters'],
            'largest_tie_rate': 'largest_tie_rate',
            'constant_feature_count': 'constant_feature_count',
            'smallest_segment_count': 'smallest_segment_count',
        }) }}
    )
    union all by name
    select
        'rfm' as task,
        *
    from (
        {{ measured_checks('of_rfm', {
            'buyer_count': 'buyer_count',
            'history_days': 'history_days',
            'largest_tie_rate': 'largest_tie_rate',
            'repeat_buyer_rate': 'repeat_buyer_rate',
            'unknown_customer_rate': 'unknown_customer_rate',
        }) }}
    )
),

named as (
    select
        *,
        task as output
    from measured
)

{{ judged_checks('named') }}
