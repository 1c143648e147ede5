{#
    A key made of the whole content of a row, for tables that number nothing. An exact
    repeat has the same key and is a duplicate.
#}
{% macro content_key(columns) -%}
    md5(concat_ws('|'{% for column in columns %}, coalesce(cast({{ column }} as varchar), '∅'){% endfor %}))
{%- endmacro %}

{#
    The same where an exact repeat is a thing of its own (two purchases of a day, in a
    table that knows no orders): the first, the second, ... in its file. A file that is
    landed in two overlapping parts still has the same keys in both.
#}
{% macro content_key_of_repeats(columns) -%}
    {{ content_key(columns) }} || ':' || row_number() over (
        partition by load_id{% for column in columns %}, {{ column }}{% endfor %}
        order by source_row
    )
{%- endmacro %}

{#
    The newest landed row of each key, for a staging model that has to look something up
    in another table of its source: a line its order's time, its product's price.
#}
{% macro newest_landed(source_name, table_name, key) -%}
    (
        select *
        from {{ landed_relation(source_name, table_name) }}
        where landing_faults is null
        qualify row_number() over (
            partition by {{ key | join(', ') }} order by load_id desc, source_row desc
        ) = 1
    )
{%- endmacro %}

{#
    The load of a row itself. The load_id of an interaction that was put together from
    several tables (a line, its order, its product) names the load of each, joined by +,
    so that an increment sees when any of them landed anew.
#}
{% macro own_load(load_id) -%}
    split_part({{ load_id }}, '+', 1)
{%- endmacro %}
