{#
    Whether a count is at least a share of a total, in whole numbers: .8 of 10 is 8, where
    a product of doubles may say 8.000000000000001. Six decimals of the share count.
#}
{% macro reaches_share(count, total, share) -%}
    ({{ count }} * 1000000 >= {{ (share * 1000000) | round | int }} * {{ total }})
{%- endmacro %}

{#
    Whether a set of items is in enough baskets to be looked at: in those of as many
    customers as may be published, and in the least share of those of either half of the
    days. Every part of such a set is such a set.
#}
{% macro is_frequent(baskets, totals) -%}
    {%- set share = var('basket_minimum_support') -%}
    {{ baskets }}.customer_count >= {{ var('smallest_published_group') }}
    and (
        {{ reaches_share(
            baskets ~ '.second_half_basket_count',
            totals ~ '.second_half_basket_count',
            share
        ) }}
        or {{ reaches_share(
            '(' ~ baskets ~ '.basket_count - ' ~ baskets ~ '.second_half_basket_count)',
            '(' ~ totals ~ '.basket_count - ' ~ totals ~ '.second_half_basket_count)',
            share
        ) }}
    )
{%- endmacro %}

{# How many baskets hold something, of all days and of the second half, and whose. #}
{% macro basket_counts(relation) -%}
    count(*) as basket_count,
    count(case when {{ relation }}.is_second_half then 1 end) as second_half_basket_count,
    count(distinct {{ relation }}.customer_code) as customer_count
{%- endmacro %}
