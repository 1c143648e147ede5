{#
    The rows that a mart had in the newest published version with an earlier as_of_date,
    or none of them: until versions export their state, always none, typed as the mart's
    contract says.
#}
{% macro state(table_name) -%}
    (
        select
            {%- if execute %}
            {%- set mart = graph.nodes['model.covey.' ~ table_name] -%}
            {%- for column in mart.columns.values() %}
            cast(null as {{ column.data_type }}) as {{ column.name }}
            {%- if not loop.last %},{% endif -%}
            {%- endfor %}
            {%- else %}
            null
            {%- endif %}
        where false
    )
{%- endmacro %}
