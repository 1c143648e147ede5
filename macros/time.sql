{# The local date of a UTC timestamp. #}
{% macro local_date(column) -%}
    cast(timezone('{{ var("time_zone") }}', timezone('UTC', {{ column }})) as date)
{%- endmacro %}

{# The UTC timestamp of a local one. #}
{% macro utc_from_local(column) -%}
    timezone('UTC', timezone('{{ var("time_zone") }}', {{ column }}))
{%- endmacro %}

{# The scoring date: everything before its local start is known. #}
{% macro as_of_date() -%}
    cast('{{ var("as_of_date") }}' as date)
{%- endmacro %}

{# Whole days from one date to a later one. #}
{% macro days_between(earlier, later) -%}
    date_diff('day', {{ earlier }}, {{ later }})
{%- endmacro %}

{# Whether a UTC timestamp had not happened yet: such rows wait in the rejects. #}
{% macro is_after_as_of_date(column) -%}
    {{ column }} >= {{ utc_from_local("cast('" ~ var("as_of_date") ~ "' as timestamp)") }}
{%- endmacro %}
