{# Trimmed text; what is empty is null. Ids stay text, leading zeros and all. #}
{% macro clean_text(column) -%}
    nullif(trim(cast({{ column }} as varchar)), '')
{%- endmacro %}

{# A number or null; NaN and infinity are not numbers. #}
{% macro clean_number(column, type='decimal(18, 2)') -%}
    case
        when isfinite(try_cast({{ column }} as double)) then
            try_cast({{ column }} as {{ type }})
    end
{%- endmacro %}

{# A timestamp or null; nothing is guessed: only ISO dates and times are read. #}
{% macro clean_timestamp(column) -%}
    try_cast({{ column }} as timestamp)
{%- endmacro %}

{#
    The names of the conditions that hold for a row, comma-separated, or null. Most rows
    have none, so whether there is any is asked first: that halves the time of a check.
    conditions: a mapping of name to SQL condition.
#}
{% macro names_of(conditions) -%}
    case
        when ({{ conditions.values() | join(') or (') }}) then
            concat_ws(
                ','
                {%- for name, condition in conditions.items() -%}
                , case when {{ condition }} then '{{ name }}' end
                {%- endfor -%}
            )
    end
{%- endmacro %}

{#
    Judges each row of a CTE: rejected, duplicate or accepted, exactly one of them.

    relation: a CTE with reject_reasons, load_id and source_row.
    landed_rows: where the rows came from, for the text of those that are set aside.
    key: the columns that should be unique among good rows. The newest row wins: the
        last load, and in it the last row.
    Only rejected rows and keys that occur twice are looked at again, and only rows that
    are set aside fetch their text: doing so for every row costs several times as much.
#}
{% macro judged_rows(relation, landed_rows, key) -%}
    select
        {{ relation }}.* exclude (reject_reasons),
        coalesce(set_aside.row_status, 'accepted') as row_status,
        set_aside.status_reasons,
        set_aside.row_text
    from {{ relation }}
    left join (
        select
            judged.load_id,
            judged.source_row,
            judged.row_status,
            judged.status_reasons,
            to_json(landed_rows) as row_text
        from ({{ judged_suspects(relation, key) }}) as judged
        inner join {{ landed_rows }} as landed_rows
            on
                judged.load_id = landed_rows.load_id
                and judged.source_row = landed_rows.source_row
        where judged.row_status <> 'accepted'
    ) as set_aside
        on
            {{ relation }}.load_id = set_aside.load_id
            and {{ relation }}.source_row = set_aside.source_row
{%- endmacro %}

{# Rows that may have to be set aside: those with reasons, and all of a repeated key. #}
{% macro judged_suspects(relation, key) -%}
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
        from {{ relation }}
        where
            reject_reasons is not null
            or ({{ key | join(', ') }}) in (
                select ({{ key | join(', ') }})
                from {{ relation }}
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
