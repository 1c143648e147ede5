{#
    What there is to know of an entity: column names and types. A feed has those that its
    source knows; in core the others are null.
#}
{% macro union_feeds(entity) -%}
    {%- set text, number, money = 'varchar', 'bigint', 'decimal(18, 2)' -%}
    {%- set columns = {
        'customers': {
            'source': text, 'source_customer_id': text, 'signed_up_at': 'timestamp',
            'birth_year': 'integer', 'gender': text, 'occupation': text,
            'income_band': text, 'region': text, 'country_code': text,
            'has_marketing_consent': 'boolean', 'has_profiling_consent': 'boolean',
            'updated_at': 'timestamp',
        },
        'customer_attributes': {
            'source': text, 'source_customer_id': text, 'attribute': text,
            'observed_at': 'timestamp', 'numeric_value': 'double', 'text_value': text,
        },
        'identity_keys': {
            'source': text, 'source_customer_id': text, 'key_type': text,
            'key_value': text, 'key_note': text,
        },
        'items': {
            'source': text, 'item_id': text, 'item_name': text, 'item_type': text,
            'category': text, 'brand': text, 'price_amount': money,
            'released_date': 'date', 'description': text, 'is_merchandise': 'boolean',
            'is_available': 'boolean',
        },
        'item_tags': {'item_id': text, 'tag_type': text, 'tag': text},
        'interactions': {
            'source': text, 'source_table': text, 'interaction_id': text,
            'source_customer_id': text, 'item_id': text, 'order_id': text,
            'interaction_type': text, 'occurred_at': 'timestamp', 'quantity': number,
            'amount': money, 'discount_amount': money, 'currency_code': text,
            'rating': 'double', 'channel': text, 'text': text, 'load_id': text,
        },
        'outcomes': {
            'source': text, 'source_customer_id': text, 'outcome_type': text,
            'eligible_at': 'timestamp', 'observed_at': 'timestamp',
            'is_positive': 'boolean', 'item_tag': text,
        },
        'staged_rows': {
            'source': text, 'table_name': text, 'load_id': text, 'source_file': text,
            'source_row': number, 'row_status': text, 'status_reasons': text,
            'treatments': text, 'amount': money, 'row_text': text,
        },
        'orphan_rows': {
            'source': text, 'table_name': text, 'load_id': text, 'reason': text,
            'row_count': number, 'amount': money,
        },
    }[entity] -%}
    select
        {%- for name, data_type in columns.items() %}
        cast(null as {{ data_type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
    {%- for source_name, entities in var('sources').items() %}
    {%- if entity in entities or entity == 'staged_rows' %}
    {%- set feed = 'int_' ~ source_name ~ '__' ~ entity %}
    {{- refuse_unknown_columns(feed, columns) if execute }}
    union all by name
    select * from {{ ref(feed) }}
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{# A column that the entity does not have is misspelt: it would be lost without a word. #}
{% macro refuse_unknown_columns(feed, columns) -%}
    {#- A unit test has no graph. -#}
    {%- set node = graph.get('nodes', {}).get('model.covey.' ~ feed, {}) -%}
    {%- for name in node.get('columns', {}) if name not in columns -%}
        {{ exceptions.raise_compiler_error(
            feed ~ " has a column " ~ name ~ ", which its entity does not have: "
            ~ columns | join(', ')
        ) }}
    {%- endfor -%}
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
