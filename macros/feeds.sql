{#
    The rows that every source of this business feeds into one entity. With no feed it
    is an empty table of the types that the YAML of its core model states, or else that
    of the model that asks.
#}
{% macro union_feeds(entity) -%}
    {%- set feeds = [] -%}
    {%- for source_name, entities in var('sources').items() -%}
        {%- if entity in entities or entity == 'staged_rows' -%}
            {%- do feeds.append(ref('int_' ~ source_name ~ '__' ~ entity)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for feed in feeds %}
    select * from {{ feed }}
    {%- if not loop.last %}
    union all by name
    {%- endif -%}
    {%- else %}
    {%- set core_model = 'model.covey.core_' ~ entity %}
    {%- set stated = graph.nodes.get(core_model, model) if execute else model %}
    select
        {%- for column in stated.columns.values() if column.name not in ('source', 'source_customer_id') %}
        cast(null as {{ column.data_type }}) as {{ column.name }},
        {%- endfor %}
        cast(null as varchar) as source,
        cast(null as varchar) as source_customer_id
    where false
    {%- endfor %}
{%- endmacro %}

{#
    The rows of a source as they were staged, whatever became of them.
    tables: a mapping of table name to its amount column, or none.
#}
{% macro staged_rows(source_name, tables) -%}
    {%- for table_name, amount in tables.items() %}
    select
        '{{ source_name }}' as source,
        '{{ table_name }}' as table_name,
        load_id,
        source_file,
        source_row,
        row_status,
        status_reasons,
        treatments,
        cast({{ amount or 'null' }} as decimal(18, 2)) as amount,
        cast(row_text as varchar) as row_text
    from {{ ref('stg_' ~ source_name ~ '__' ~ table_name) }}
    {%- if not loop.last %}
    union all by name
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{#
    Accepted rows whose key their parent table does not know, counted by load. A parent
    knows the keys of all its rows, also of those that were rejected for something else.
    checks: a list of mappings: table, column, parent, reason and, where there is money,
        amount.
#}
{% macro orphan_rows(source_name, checks) -%}
    {%- for check in checks %}
    select
        '{{ source_name }}' as source,
        '{{ check.table }}' as table_name,
        children.load_id,
        '{{ check.reason }}' as reason,
        count(*) as row_count,
        cast(
            {{ 'sum(children.' ~ check.amount ~ ')' if check.amount else 'null' }}
            as decimal(18, 2)
        ) as amount
    from {{ ref('stg_' ~ source_name ~ '__' ~ check.table) }} as children
    anti join {{ ref('stg_' ~ source_name ~ '__' ~ check.parent) }} as parents
        on children.{{ check.column }} = parents.{{ check.column }}
    where children.row_status = 'accepted' and children.{{ check.column }} is not null
    group by children.load_id
    {%- if not loop.last %}
    union all by name
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{# A row per customer and attribute that is known, of columns that hold one each. #}
{% macro attribute_rows(customers, numbers, texts) -%}
    select
        source_customer_id,
        attribute,
        numeric_value,
        cast(null as varchar) as text_value
    from (
        select
            source_customer_id,
            {%- for name in numbers %}
            cast({{ name }} as double) as {{ name }}
            {%- if not loop.last %},{% endif -%}
            {%- endfor %}
        from {{ customers }}
    )
    unpivot (numeric_value for attribute in ({{ numbers | join(', ') }}))
    union all by name
    select
        source_customer_id,
        attribute,
        text_value
    from {{ customers }}
    unpivot (text_value for attribute in ({{ texts | join(', ') }}))
{%- endmacro %}
