{# The landed rows of a source table. The sample business has its rows in seeds/. #}
{% macro landed(source_name, table_name) -%}
    {%- if var('business') == 'sample' -%}
        {{ ref('sample_' ~ source_name ~ '__' ~ table_name) }}
    {%- else -%}
        {{ source(source_name, table_name) }}
    {%- endif -%}
{%- endmacro %}
