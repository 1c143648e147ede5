-- One row per customer and `as_of_date`: recency, frequency and money from 1 to 5.
-- Cut points are those of the fit date, and ties share a score.
with
rfm as (select * from {{ ref('feat_customers__rfm') }}),

cut_points as (
    {{ pivoted_to_row(
        ref('feat_scaling'),
        'feature',
        ['days_since_last_order', 'order_count_90d', 'spend_amount_90d'],
        ['quantile_20', 'quantile_40', 'quantile_60', 'quantile_80']
    ) }}
)

select
    rfm.customer_id,
    rfm.as_of_date,
    {{ quintile_score(
        'rfm.days_since_last_order',
        'cut_points.days_since_last_order',
        is_higher_better=false
    ) }} as recency_score,
    {{ quintile_score('rfm.order_count_90d', 'cut_points.order_count_90d') }}
        as frequency_score,
    {{ quintile_score('rfm.spend_amount_90d', 'cut_points.spend_amount_90d') }}
        as monetary_score
from rfm
cross join cut_points
