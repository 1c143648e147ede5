{#
    The features of a task in long form: outcome_type, feature and value. A level of a
    category is the number that its text hashes to.
#}
{% macro propensity_values(relation, also=[]) -%}
    {%- set names = also + propensity_features() -%}
    select
        outcome_type,
        feature,
        value
    from (
        select
            outcome_type,
            {%- for name in names %}
            cast(
                {{ hash_bucket(name, 1000000) if is_category(name) else name }} as double
            ) as {{ name }}
            {%- if not loop.last %},{% endif -%}
            {%- endfor %}
        from {{ relation }}
    )
    unpivot include nulls (value for feature in ({{ names | join(', ') }}))
    where
        {%- for outcome, own in var('outcome_settings').items() %}
        case
            when outcome_type = '{{ outcome }}'
                then feature in ({{ quoted(also + own.get('features', var('propensity_features'))) }})
            else
        {%- endfor %}
        feature in ({{ quoted(also + var('propensity_features')) }})
        {%- for _ in var('outcome_settings') %}
        end
        {%- endfor %}
{%- endmacro %}

{# Where the bins of each feature begin: at each of its values, if they are few, or at
   its tenths. #}
{% macro bin_edges(known) -%}
    select
        outcome_type,
        feature,
        case
            when count(distinct value) <= 20 then list_sort(list_distinct(list(value)))
            else list_sort(list_distinct({{ decile_cut_points('value') }}))
        end as cut_points
    from {{ known }}
    where value is not null
    group by outcome_type, feature
{%- endmacro %}

{#
    The share of rows in each bin of each feature. A value below the first edge is in bin
    1, one that is not known in bin 0, wherever an engine's join puts a null.
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
            case when {{ known }}.value is not null then {{ edges }}.lowest_value end
                as lowest_value
        from {{ known }}
        asof left join {{ edges }}
            on
                {{ known }}.outcome_type = {{ edges }}.outcome_type
                and {{ known }}.feature = {{ edges }}.feature
                and {{ known }}.value >= {{ edges }}.lowest_value
    )
    group by outcome_type, feature, bin
{%- endmacro %}
