{#
    The rows that every source of this business feeds into one entity. With no feed it
    is an empty table of the types that the model's YAML states.
#}
{% macro union_feeds(entity) -%}
    {%- set feeds = [] -%}
    {%- for source_name, entities in var('sources').items() -%}
        {%- if entity in entities or entity in ('landings', 'row_counts', 'set_aside_rows') -%}
            {%- do feeds.append(ref('int_' ~ source_name ~ '__' ~ entity)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for feed in feeds %}
    select * from {{ feed }}
    {%- if not loop.last %}
    union all by name
    {%- endif -%}
    {%- else %}
    select
        {%- for column in model.columns.values() if column.name not in ('source', 'source_customer_id') %}
        cast(null as {{ column.data_type }}) as {{ column.name }},
        {%- endfor %}
        cast(null as varchar) as source,
        cast(null as varchar) as source_customer_id
    where false
    {%- endfor %}
{%- endmacro %}

{#
    How many rows of each staged table came to which end, and with how much money.
    tables: a mapping of table name to its amount column, or none.
#}
{% macro row_counts(source_name, tables) -%}
    {%- for table_name, amount in tables.items() %}
    select
        '{{ source_name }}' as source,
        '{{ table_name }}' as table_name,
        load_id,
        source_file,
        row_status,
        coalesce(status_reasons, '') as status_reasons,
        coalesce(treatments, '') as treatments,
        count(*) as row_count,
        cast({{ 'sum(' ~ amount ~ ')' if amount else 'null' }} as decimal(18, 2)) as amount
    from {{ ref('stg_' ~ source_name ~ '__' ~ table_name) }}
    group by all
    {%- if not loop.last %}
    union all by name
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{# The rejected and duplicate rows of a source with their text as it came. #}
{% macro set_aside_rows(source_name, tables) -%}
    {%- for table_name, amount in tables.items() %}
    select
        '{{ source_name }}' as source,
        '{{ table_name }}' as table_name,
        load_id,
        source_file,
        source_row,
        row_status,
        status_reasons,
        cast({{ amount or 'null' }} as decimal(18, 2)) as amount,
        cast(row_text as varchar) as row_text
    from {{ ref('stg_' ~ source_name ~ '__' ~ table_name) }}
    where row_status <> 'accepted'
    {%- if not loop.last %}
    union all by name
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}
