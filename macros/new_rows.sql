{#
    The rows that an increment puts into the tables that it keeps, for tests to look at:
    what was kept was tested when it was made. A table holds its rows in the order in
    which they came, so the new ones are its last, and `new_row_counts` says how many.
#}

{# A hook: an increment begins with no new rows. #}
{% macro forget_new_rows() -%}
    {%- if dated_var('increment_since') -%}
        create or replace table new_row_counts (table_name varchar, row_count bigint)
    {%- endif -%}
{%- endmacro %}

{# The statement that notes how many rows a table is given. #}
{% macro note_new_rows(parts) %}
    insert into new_row_counts
    select
        '{{ parts.target_relation.identifier }}' as table_name,
        count(*) as row_count
    from {{ parts.temp_relation }};
{% endmacro %}

{# Brings a table up to date, in place of dbt's own macro. #}
{% macro get_incremental_delete_insert_sql(parts) %}
    {{ note_new_rows(parts) }}
    {{ default__get_incremental_delete_insert_sql(parts) }}
{% endmacro %}

{# Adds to a table, in place of dbt's own macro. #}
{% macro get_incremental_append_sql(parts) %}
    {{ note_new_rows(parts) }}
    {{ default__get_incremental_append_sql(parts) }}
{% endmacro %}

{# Whether a row is new; so is every one of a table that was made from nothing. #}
{% macro is_new_row(relation) -%}
    rowid in (
        select
            unnest(range(
                coalesce(max(rowid) + 1 - (
                    select row_count from new_row_counts
                    where table_name = '{{ relation.identifier }}'
                ), 0),
                max(rowid) + 1
            ))
        from {{ relation }}
    )
{%- endmacro %}

{# Whether a test can pass over kept rows: it asks each row alone, or finds its like. #}
{% macro tests_new_rows() -%}
    {%- set asks_rows = [
        'unique_combination', 'not_null', 'in_range', 'is_finite', 'at_least_column',
        'accepted_values', 'one_currency',
    ] -%}
    {%- do return(
        execute
        and is_kept(tested_model().config)
        and model.test_metadata.name in asks_rows
        and tested_model().config.materialized == 'incremental'
    ) -%}
{%- endmacro %}

{#
    Whether a test can pass over earlier cut-offs: those of a view, whose code is the
    same, of tables that are tested where they changed.
#}
{% macro tests_new_cutoffs() -%}
    {%- do return(
        execute
        and dated_var('keeps_fit')
        and 'as_of_date' in model.test_metadata.kwargs.get('columns', [])
        and tested_model().config.materialized == 'view'
    ) -%}
{%- endmacro %}

{# The model that a test belongs to; a source has nothing to say. #}
{% macro tested_model() -%}
    {%- set nodes = graph.nodes if execute else {} -%}
    {%- do return(nodes.get(model.attached_node, {'config': {}})) -%}
{%- endmacro %}

{# What a test asks of rows by its `where`: in it, __as_of_date__ is the scoring date. #}
{% macro is_asked_for() -%}
    ({{ (config.get('where') or 'true') | replace('__as_of_date__', as_of_date()) }})
    {%- if tests_new_cutoffs() %}
    and as_of_date >= cast('{{ dated_var("increment_since") }}' as date)
    {%- endif %}
{%- endmacro %}

{#
    The rows that a test looks at, in place of dbt's own macro: those for which its
    `where` holds, and in an increment the new ones among them.
#}
{% macro get_where_subquery(relation) -%}
    {%- if config.get('where') or tests_new_rows() or tests_new_cutoffs() -%}
        (
            select * from {{ relation }}
            where
                {{ is_asked_for() }}
                {%- if tests_new_rows() %}
                and {{ is_new_row(relation) }}
                {%- endif %}
        ) as rows_to_test
    {%- else -%}
        {%- do return(relation) -%}
    {%- endif -%}
{%- endmacro %}

{# The rows to test, and the kept ones that are like one of them in the columns. #}
{% macro rows_alike(rows_to_test, columns) -%}
    {%- if tests_new_rows() -%}
        (
            select * from {{ tested_model().relation_name }} as every_row
            semi join {{ rows_to_test }}
                on
                {%- for column in columns %}
                    every_row.{{ column }} is not distinct from rows_to_test.{{ column }}
                    {%- if not loop.last %} and{% endif %}
                {%- endfor %}
            where {{ is_asked_for() }}
        )
    {%- else -%}
        {{ rows_to_test }}
    {%- endif -%}
{%- endmacro %}
