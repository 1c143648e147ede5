{#
    The landed rows that a staging model has to read: all of them, or in an increment
    those of new loads and those that waited for the cut-off to move on.
#}
{% macro landed(source_name, table_name) -%}
    {%- set relation = landed_relation(source_name, table_name) -%}
    {%- if is_update() -%}
        (
            select * from {{ relation }}
            where load_id > (select coalesce(max(load_id), '') from {{ this }})
            union all by name
            select landed_rows.*
            from {{ relation }} as landed_rows
            semi join (
                select
                    load_id,
                    source_row
                from {{ this }}
                where
                    row_status = 'rejected'
                    and contains(status_reasons, 'after_as_of_date')
            ) as waiting
                on
                    landed_rows.load_id = waiting.load_id
                    and landed_rows.source_row = waiting.source_row
        )
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{# Where a source's landed rows are. The sample business has its rows in seeds/. #}
{% macro landed_relation(source_name, table_name) -%}
    {%- if var('business') == 'sample' -%}
        {{ ref('sample_' ~ source_name ~ '__' ~ table_name) }}
    {%- else -%}
        {{ source(source_name, table_name) }}
    {%- endif -%}
{%- endmacro %}
