{# The numeric features of a task in long form: outcome_type, feature and value. #}
{% macro propensity_values(relation, also=[]) -%}
    {%- set names = also + var('propensity_features') -%}
    select
        outcome_type,
        feature,
        value
    from (
        select
            outcome_type,
            {{ as_doubles(names) }}
        from {{ relation }}
    )
    unpivot include nulls (value for feature in ({{ names | join(', ') }}))
{%- endmacro %}

{#
    The share of rows in each bin of each feature. A value below the first edge counts
    to bin 1, as does the first edge itself; one that is not known to bin 0.
#}
{% macro share_of_bins(known, edges) -%}
    select
        outcome_type,
        feature,
        bin,
        any_value(lowest_value) as lowest_value,
        count(*) / sum(count(*)) over (partition by outcome_type, feature) as row_share
    from (
        select
            {{ known }}.outcome_type,
            {{ known }}.feature,
            case
                when {{ known }}.value is null then 0 else coalesce({{ edges }}.bin, 1)
            end as bin,
            {{ edges }}.lowest_value
        from {{ known }}
        asof left join {{ edges }}
            on
                {{ known }}.outcome_type = {{ edges }}.outcome_type
                and {{ known }}.feature = {{ edges }}.feature
                and {{ known }}.value >= {{ edges }}.lowest_value
    )
    group by outcome_type, feature, bin
{%- endmacro %}
