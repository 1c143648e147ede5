{# The local date of a UTC timestamp. #}
{% macro local_date(column) -%}
    cast(timezone('{{ var("time_zone") }}', timezone('UTC', {{ column }})) as date)
{%- endmacro %}

{# The quarter of an hour that a timestamp lies in. #}
{% macro quarter_hour(column) -%}
    time_bucket(interval '15 minutes', {{ column }})
{%- endmacro %}

{#
    The local date of each quarter of an hour that a column of a query has. Asking the
    time zone is slow, and since 1980 no clock or date turns within a quarter, so
    asking once for each and joining takes a fifth of asking for every row.
#}
{% macro local_dates(query, column) -%}
    select
        quarter_at,
        {{ local_date('quarter_at') }} as local_date
    from (select distinct {{ quarter_hour(column) }} as quarter_at from ({{ query }}))
{%- endmacro %}

{#
    The UTC timestamp of a local one. A time that the clock skipped is moved on by what
    it skipped; one that it showed twice is the first.
    zone: an IANA name; the business's own, if left out.
#}
{% macro utc_from_local(column, zone=none) -%}
    {%- set utc = utc_or_second(column, zone) -%}
    case
        when {{ is_shown_twice(column, zone) }} then {{ utc }} - interval 1 hour
        else {{ utc }}
    end
{%- endmacro %}

{# The UTC timestamp of a local one; the second of two where the clock went back. #}
{% macro utc_or_second(column, zone=none) -%}
    timezone('UTC', timezone('{{ zone or var("time_zone") }}', {{ column }}))
{%- endmacro %}

{# The local time of a UTC timestamp. #}
{% macro local_from_utc(column, zone=none) -%}
    timezone('{{ zone or var("time_zone") }}', timezone('UTC', {{ column }}))
{%- endmacro %}

{# Whether the clock showed a local time a second time, an hour later. #}
{% macro is_shown_twice(column, zone=none) -%}
    {{ local_from_utc(utc_or_second(column, zone) ~ " - interval 1 hour", zone) }}
    = {{ column }}
{%- endmacro %}

{# Whether a local time is one that the clock skipped, or showed twice. #}
{% macro is_clock_change_time(column, zone=none) -%}
    {{ local_from_utc(utc_or_second(column, zone), zone) }} <> {{ column }}
    or {{ is_shown_twice(column, zone) }}
{%- endmacro %}

{#
    A var that is another one every day. `covey build` passes it by the environment, and
    it is read when a model runs and not when it is parsed: dbt parses everything again
    when a var on its command line changes.
#}
{% macro dated_var(name) -%}
    {%- set told = '' -%}
    {%- if execute -%}
        {%- set told = env_var('COVEY_TOLD_' ~ name | upper, '') -%}
    {%- endif -%}
    {{ told or var(name, '') }}
{%- endmacro %}

{# The scoring date: everything before its local start is known. #}
{% macro as_of_date() -%}
    cast('{{ dated_var("as_of_date") }}' as date)
{%- endmacro %}

{#
    The date that fits know everything before: the start of the month of the scoring
    date, or of another period of the business's `refit_calendar`. On the days between,
    a build takes over what was learned then.
#}
{% macro fit_date() -%}
    cast(date_trunc('{{ var("refit_calendar") }}', {{ as_of_date() }}) as date)
{%- endmacro %}

{# Whole days from one date to a later one. #}
{% macro days_between(earlier, later) -%}
    date_diff('day', {{ earlier }}, {{ later }})
{%- endmacro %}

{# Whether a UTC timestamp had not happened yet: such rows wait in the rejects. #}
{% macro is_after_as_of_date(column) -%}
    {{ column }} >= {{ utc_from_local("cast('" ~ dated_var("as_of_date") ~ "' as timestamp)") }}
{%- endmacro %}
