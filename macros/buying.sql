{# For each date what BG/NBD knew at the newest cut-off that was not later. #}
{% macro newest_spreads() -%}
    select
        as_of_dates.as_of_date,
        buying.* exclude (as_of_date)
    from {{ ref('feat_as_of_dates') }} as as_of_dates
    asof left join {{ ref('ml_propensity__buying') }} as buying
        on as_of_dates.as_of_date >= buying.as_of_date
{%- endmacro %}

{#
    The odds, to 100, that a customer orders nothing in the next so many days, by BG/NBD:
    what `BuyingFit.odds_of_none` says. Either they stopped after their last order, or
    they are quiet for that long. Above e^20 it is all the same.
#}
{% macro no_order_odds(days) -%}
    {%- set repeats = '(order_day_count - 1)' -%}
    {%- set quiet -%}
        pow(
            (alpha + days_since_first_order) / (alpha + days_since_first_order + {{ days }}),
            r + {{ repeats }}
        )
    {%- endset -%}
    {%- set stopped -%}
        case when order_day_count > 1 then
            exp(least(
                ln(a / greatest(b + {{ repeats }} - 1, 1e-12))
                + (r + {{ repeats }}) * (
                    ln(alpha + days_since_first_order)
                    - ln(alpha + days_since_first_order - days_since_last_order)
                ),
                20
            ))
        else 0 end
    {%- endset -%}
    100 * ({{ stopped }} + {{ quiet }}) / (1 - {{ quiet }})
{%- endmacro %}
