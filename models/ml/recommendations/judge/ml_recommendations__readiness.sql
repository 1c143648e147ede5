-- One row per list and check: whether the records of the last fit carry it.
with
coverage as (select * from {{ ref('feat_business__coverage') }}),

bought as (
    select
        customer_id,
        item_id,
        count(*) as day_count
    from {{ ref('ml_recommendations__training_set') }}
    where purchased_date < {{ fit_date() }}
    group by customer_id, item_id
),

items as (
    select
        item_id,
        count(*) as customer_count
    from bought
    group by item_id
),

item_totals as (
    select
        count(*) as item_count,
        avg(customer_count) as mean_customers_per_item,
        count(
            case
                when customer_count >= {{ var('recommendation_minimum_customers') }}
                    then 1
            end
        ) as listable_item_count
    from items
),

purchase_totals as (
    select
        count(*) / nullif(count(distinct customer_id), 0) as mean_items_per_customer,
        avg(cast(day_count > 1 as integer)) as repeat_purchase_rate
    from bought
),

totals as (
    select
        coverage.*,
        item_totals.*,
        purchase_totals.*
    from coverage
    cross join item_totals
    cross join purchase_totals
),

measured as (
    select
        'new_for_you' as task,
        *
    from (
        {{ measured_checks('totals', {
            'item_count': ['item_count', var('list_length')],
            'listable_item_count': ['listable_item_count', var('list_length')],
            'buyer_count': 'buyer_count',
            'mean_items_per_customer': 'mean_items_per_customer',
            'mean_customers_per_item': 'mean_customers_per_item',
            'history_days': 'history_days',
            'unknown_item_rate': 'unknown_item_rate',
        }) }}
    )
    union all by name
    select
        'buy_again' as task,
        *
    from (
        {{ measured_checks('totals', {
            'listable_item_count': 'listable_item_count',
            'history_days': 'history_days',
            'repeat_purchase_rate': 'repeat_purchase_rate',
            'buyer_count': 'buyer_count',
        }) }}
    )
),

named as (
    select
        *,
        'recommendations:' || task as output
    from measured
)

{{ judged_checks('named') }}
