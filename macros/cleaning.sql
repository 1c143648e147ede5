{# Trimmed text; what is empty is null. Ids stay text, leading zeros and all. #}
{% macro clean_text(column) -%}
    nullif(trim(cast({{ column }} as varchar)), '')
{%- endmacro %}

{#
    A number or null: NaN, infinity and a fraction where whole numbers belong are none.
    With a decimal comma, points part the thousands and stand nowhere else.
#}
{% macro clean_number(column, type='decimal(18, 2)', decimal='.') -%}
    {%- set value = column -%}
    {%- if decimal == ',' -%}
        {%- set value = decimal_point(column) -%}
    {%- endif -%}
    {%- set number = "try_cast(" ~ value ~ " as double)" -%}
    case
        when isfinite({{ number }})
            {%- if 'int' in type %} and {{ number }} = trunc({{ number }}){% endif %}
            then try_cast({{ value }} as {{ type }})
    end
{%- endmacro %}

{# 1.234,50 as 1234.50; null if points or commas stand elsewhere: 12.50 is no 1250. #}
{% macro decimal_point(column) -%}
    case
        when regexp_full_match(
            trim(cast({{ column }} as varchar)),
            '[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]*)?'
        ) then replace(replace(cast({{ column }} as varchar), '.', ''), ',', '.')
    end
{%- endmacro %}

{#
    A UTC timestamp or null; nothing is guessed: ISO dates and times are read, and
    others by a declared format of strptime, such as '%d/%m/%Y %H:%M'. An offset in the
    text is honoured; a text without one is UTC, or local time where a zone is declared.

    Most texts are YYYY-MM-DD HH:MM:SS, which is read in a seventh of the time that one
    with an offset takes.
#}
{% macro clean_timestamp(column, format=none, zone=none) -%}
    {%- set text = "cast(" ~ column ~ " as varchar)" -%}
    {%- if format and zone -%}
        {{ utc_from_local("try_strptime(" ~ text ~ ", '" ~ format ~ "')", zone) }}
    {%- elif format -%}
        try_strptime({{ text }}, '{{ format }}')
    {%- else -%}
        {%- set plain = "try_cast(" ~ column ~ " as timestamp)" -%}
    case
        when typeof({{ column }}) <> 'VARCHAR'
            or {{ text }} like '____-__-_____:__:__'
            then {{ utc_from_local(plain, zone) if zone else plain }}
        {%- if zone %}
        when {{ text }} like '____-%' and not {{ has_offset(column) }}
            then {{ utc_from_local("try_cast(trim(" ~ text ~ ") as timestamp)", zone) }}
        {%- endif %}
        when {{ text }} like '____-%'
            then timezone('UTC', try_cast(trim({{ text }}) as timestamptz))
    end
    {%- endif -%}
{%- endmacro %}

{# Whether the text of a time says how far it is from UTC: Z, +02:00, -0800, UTC. #}
{% macro has_offset(column) -%}
    regexp_matches(
        cast({{ column }} as varchar), ':[0-9.]+ ?([+-][0-9]{2}(:?[0-9]{2})?|[A-Za-z].*)$'
    )
{%- endmacro %}

{# Whether a time is missing or before there were tills that could have written it. #}
{% macro is_bad_time(column) -%}
    {{ column }} is null or {{ column }} < timestamp '1990-01-01'
{%- endmacro %}

{# Where a landed row came from, and what reading it found wrong or worth knowing. #}
{% macro landed_columns() -%}
    load_id,
    source_file,
    source_row,
    landing_faults,
    landing_notes
{%- endmacro %}

{# What is wrong with a row, as codes: what landing found, and which conditions hold. #}
{% macro reject_reasons(conditions) -%}
    {{ codes('landing_faults', conditions) }}
{%- endmacro %}

{# What was mended or is worth knowing of a row that stays, as codes. #}
{% macro treatments(conditions={}) -%}
    {{ codes('landing_notes', conditions) }}
{%- endmacro %}

{#
    Codes that landing gave, and the names of the conditions that hold: comma-separated,
    or null. Most rows have none, so whether there is any is asked first: that halves
    the time of a check.
    conditions: a mapping of name to SQL condition.
#}
{% macro codes(landed, conditions) -%}
    case
        when {{ landed }} is not null
            {%- for condition in conditions.values() %} or ({{ condition }}){% endfor %}
            then
            concat_ws(
                ','
                , {{ landed }}
                {%- for name, condition in conditions.items() -%}
                , case when {{ condition }} then '{{ name }}' end
                {%- endfor -%}
            )
    end
{%- endmacro %}

{#
    Judges each row of a CTE: rejected, duplicate or accepted, exactly one of them.

    relation: a CTE with reject_reasons and the landed columns.
    source_name, table_name: where the rows came from, for the text of those set aside.
    key: the columns that should be unique among good rows. The newest row wins: the
        last load, and in it the last row.
    Only rejected rows and keys that occur twice are looked at again, and only rows that
    are set aside fetch their text: doing so for every row costs several times as much.
#}
{% macro judged_rows(relation, source_name, table_name, key) -%}
select * from (
with
candidates as {{ 'materialized' if is_update() else 'not materialized' }} (
    {{ judged_candidates(relation, key) }}
)

select
    candidates.* exclude (reject_reasons),
    coalesce(set_aside.row_status, 'accepted') as row_status,
    set_aside.status_reasons,
    set_aside.row_text
from candidates
left join (
    select
        judged.load_id,
        judged.source_row,
        judged.row_status,
        judged.status_reasons,
        to_json(landed_rows) as row_text
    from ({{ judged_suspects('candidates', key) }}) as judged
    inner join {{ landed_relation(source_name, table_name) }} as landed_rows
        on
            judged.load_id = landed_rows.load_id
            and judged.source_row = landed_rows.source_row
    where judged.row_status <> 'accepted'
) as set_aside
    on
        candidates.load_id = set_aside.load_id
        and candidates.source_row = set_aside.source_row
)
{%- endmacro %}

{#
    The rows to judge: all, or in an increment the new ones and the good older ones of
    the same keys, which a new row may repeat or replace.
#}
{% macro judged_candidates(relation, key) -%}
    select * from {{ relation }}
    {%- if is_update() %}
    union all by name
    select
        * exclude (row_status, status_reasons, row_text),
        cast(null as varchar) as reject_reasons
    from {{ this }}
    semi join (select * from {{ relation }} where reject_reasons is null) as good
        using ({{ key | join(', ') }})
    where row_status <> 'rejected'
    {%- endif %}
{%- endmacro %}

{# Rows that may have to be set aside: those with reasons, and all of a repeated key. #}
{% macro judged_suspects(candidates, key) -%}
    select
        load_id,
        source_row,
        case
            when reject_reasons is not null then 'rejected'
            when row_number() over newest_first > 1 then 'duplicate'
            else 'accepted'
        end as row_status,
        case
            when reject_reasons is not null then reject_reasons
            when content = first_value(content) over newest_first then 'exact_duplicate'
            else 'replaced_by_newer_row'
        end as status_reasons
    from (
        select
            *,
            hash(*columns(* exclude (load_id, source_file, source_row))) as content
        from {{ candidates }}
        where
            reject_reasons is not null
            or ({{ key | join(', ') }}) in (
                select ({{ key | join(', ') }})
                from {{ candidates }}
                where reject_reasons is null
                group by {{ key | join(', ') }}
                having count(*) > 1
            )
    )
    window newest_first as (
        partition by reject_reasons is null, {{ key | join(', ') }}
        order by load_id desc, source_row desc
    )
{%- endmacro %}

{# FLUID MILK becomes Fluid milk: for people to read. #}
{% macro sentence_case(column) -%}
    upper(substr({{ column }}, 1, 1)) || lower(substr({{ column }}, 2))
{%- endmacro %}
