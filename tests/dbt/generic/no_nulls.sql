{# Fails for each of the columns that is null in a row: one query for all of them. #}
{% test no_nulls(model, columns) %}
with
counted as (
    select
    {%- for column in columns %}
        count(*) - count({{ column }}) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ model }}
)

{% for column in columns -%}
select
    '{{ column }}' as column_name,
    {{ column }} as null_count,
    '{{ column }} is null in ' || {{ column }} || ' rows of {{ tested_model().name }}' as message
from counted
where {{ column }} > 0
{{ 'union all' if not loop.last }}
{% endfor %}
{% endtest %}
