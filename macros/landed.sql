{#
    The landed rows that a staging model has to read: all of them, or in an increment
    those of new loads and those that waited for the cut-off to move on.
#}
{% macro landed(source_name, table_name) -%}
    {%- set relation = landed_relation(source_name, table_name) -%}
    {%- if is_update() -%}
        (
            select * from {{ relation }}
            where
                load_id > '{{ newest_load() }}'
                {%- for load_id in waiting_loads() %}
                or (
                    load_id = '{{ load_id }}'
                    and source_row in (
                        select source_row from {{ this }}
                        where load_id = '{{ load_id }}' and {{ is_waiting() }}
                    )
                )
                {%- endfor %}
        )
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{#
    What the table of before has seen, as constants: with them DuckDB opens only the
    files that hold new rows.
#}
{% macro newest_load() -%}
    {%- set found = run_query("select coalesce(max(load_id), '') from " ~ this) -%}
    {{ found.columns[0].values()[0] }}
{%- endmacro %}

{# The loads that have rows which waited for the cut-off to move on, as a list. #}
{% macro waiting_loads() -%}
    {%- set sql = "select distinct load_id from " ~ this ~ " where " ~ is_waiting() -%}
    {%- do return(run_query(sql ~ " order by load_id").columns[0].values()) -%}
{%- endmacro %}

{# Whether a row waits for the cut-off to move on. #}
{% macro is_waiting() -%}
    row_status = 'rejected' and contains(status_reasons, 'after_as_of_date')
{%- endmacro %}

{# Where a source's landed rows are. The sample business has its rows in seeds/. #}
{% macro landed_relation(source_name, table_name) -%}
    {%- if var('business') == 'sample' -%}
        {{ ref('sample_' ~ source_name ~ '__' ~ table_name) }}
    {%- else -%}
        {{ source(source_name, table_name) }}
    {%- endif -%}
{%- endmacro %}

{# What landing says of every file of this business. #}
{% macro landings() -%}
    {%- for source_name in var('sources') %}
    select
        source,
        table_name,
        load_id,
        source_file,
        cast(input_rows as bigint) as input_rows
    from {{ landed_relation(source_name, 'landings') }}
    {%- if not loop.last %}
    union all by name
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}
