{#
    The measures of a one-row relation as rows: check_name, value and scale.
    checks: a mapping of check name to its SQL value, or to a list of value and scale;
        what a check needs is multiplied by its scale (ten customers a segment).
#}
{% macro measured_checks(relation, checks, keys=[]) -%}
    {%- for check_name, measure in checks.items() %}
    {%- set value, scale = (measure, 1) if measure is string else measure %}
    select
        {%- for key in keys %}
        {{ key }},
        {%- endfor %}
        '{{ check_name }}' as check_name,
        cast({{ value }} as double) as value,
        cast({{ scale }} as double) as scale
    from {{ relation }}
    {%- if not loop.last %}
    union all by name
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{#
    Measures beside what they need, and what follows for their output: `withheld`,
    `simple rule` or `published`. A measure of nothing is 0.
    relation: a CTE with output, task, check_name, value and scale.
#}
{% macro judged_checks(relation) -%}
    select
        *,
        case
            when bool_or(not is_met and consequence = 'withhold') over same_output
                then 'withheld'
            when bool_or(not is_met and consequence = 'simple_rule') over same_output
                then 'simple rule'
            else 'published'
        end as decision
    from (
        select
            {{ relation }}.output,
            checks.task,
            checks.check_name,
            coalesce({{ relation }}.value, 0) as value,
            checks.needed * {{ relation }}.scale as needed,
            checks.consequence,
            case checks.direction
                when 'at_least' then
                    coalesce({{ relation }}.value, 0)
                    >= checks.needed * {{ relation }}.scale
                else
                    coalesce({{ relation }}.value, 0)
                    <= checks.needed * {{ relation }}.scale
            end as is_met
        from {{ relation }}
        inner join {{ ref('readiness_checks') }} as checks
            on
                {{ relation }}.task = checks.task
                and {{ relation }}.check_name = checks.check_name
    )
    window same_output as (partition by output)
{%- endmacro %}

{# The share of customers whose features equal those of most others. #}
{% macro largest_tie(relation, features) -%}
    select
        count(*) as distinct_customer_count,
        max(customer_count) / nullif(sum(customer_count), 0) as largest_tie_rate
    from (
        select count(*) as customer_count
        from {{ relation }}
        group by {{ features | join(', ') }}
    )
{%- endmacro %}

{# How many of the features have fewer than two values. #}
{% macro constant_count(features) -%}
    {%- for feature in features %}
    case when count(distinct {{ feature }}) < 2 then 1 else 0 end
    {%- if not loop.last %} +{% endif -%}
    {%- endfor %}
{%- endmacro %}

{# A measured value in words of its unit. #}
{% macro worded_measure(value, unit) -%}
    case {{ unit }}
        when 'rate' then printf('%.0f%%', 100 * {{ value }})
        when 'mean' then printf('%.1f', {{ value }})
        else format('{:,}', cast(round({{ value }}) as bigint))
    end
{%- endmacro %}

{# "Days of history: 5, at least 90 needed". #}
{% macro worded_check(label, value, direction, needed, unit) -%}
    upper({{ label }}[1]) || {{ label }}[2:] || ': '
    || {{ worded_measure(value, unit) }}
    || case {{ direction }} when 'at_least' then ', at least ' else ', at most ' end
    || {{ worded_measure(needed, unit) }}
    || case {{ direction }} when 'at_least' then ' needed' else ' allowed' end
{%- endmacro %}

{# One of the settings of the proposals. #}
{% macro proposal_setting(name) -%}
    {{ var('proposals')[name] }}
{%- endmacro %}

{#
    All knobs of the recommendations as a business file writes them, one with the value
    of a column: the file replaces them as a whole.
#}
{% macro knobs_with(changed, column) -%}
    concat(
        '{'
        {%- for name, value in var('recommendation_knobs').items() %},
        '{{ "" if loop.first else ", " }}{{ name }}: ',
        {{ column if name == changed else "'" ~ value ~ "'" }}
        {%- endfor %},
        '}'
    )
{%- endmacro %}
