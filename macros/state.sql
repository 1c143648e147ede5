{#
    The rows that a table had in the newest published version with an earlier
    `as_of_date`, or none: in a first build, and in one by dbt alone, which is told of
    no version. The types are those of the table's own YAML.
#}
{% macro state(table_name) -%}
    (
        select
            {%- if execute %}
            {%- for column in graph.nodes['model.covey.' ~ table_name].columns.values() %}
            cast(null as {{ column.data_type }}) as {{ column.name }}
            {%- if not loop.last %},{% endif -%}
            {%- endfor %}
            {%- else %}
            null
            {%- endif %}
        where false
        {%- if table_name in dated_var('state_tables').split(',') %}
        union all by name
        select * from read_parquet('{{ dated_var("state_dir") }}/{{ table_name }}.parquet')
        {%- endif %}
    )
{%- endmacro %}

{#
    What this build found, or if it was not asked to look, what was found when the table
    was last made.
    found: the name of a relation with the columns of the table.
#}
{% macro found_or_known(found, table_name) -%}
    select * from {{ found }}
    union all by name
    select * from {{ state(table_name) }}
    where not exists (select 1 from {{ found }})
{%- endmacro %}
