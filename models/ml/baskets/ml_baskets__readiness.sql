-- One row per check: whether the orders of the last fit carry rules.
with
totals as (select * from {{ ref('ml_baskets__totals') }}),

measured as (
    {{ measured_checks('totals', {
        'basket_count': 'basket_count',
        'several_item_rate': 'several_item_basket_count / nullif(basket_count, 0)',
        'huge_basket_count': 'huge_basket_count',
    }) }}
),

named as (
    select
        *,
        'together' as task,
        'baskets:together' as output
    from measured
)

{{ judged_checks('named') }}
