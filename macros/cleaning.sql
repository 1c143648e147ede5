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
    The names of the conditions that hold for a row, comma-separated, or null.
    conditions: a mapping of name to SQL condition.
#}
{% macro names_of(conditions) -%}
    nullif(
        concat_ws(
            ','
            {%- for name, condition in conditions.items() -%}
            , case when {{ condition }} then '{{ name }}' end
            {%- endfor -%}
        ),
        ''
    )
{%- endmacro %}

{#
    Judges each row of a CTE: rejected, duplicate or accepted, exactly one of them.

    relation: a CTE with reject_reasons, landed_row (the row as it came, a struct),
        load_id and source_row.
    key: the columns that should be unique among good rows. The newest row wins: the
        last load, and in it the last row. Only keys that occur twice are ranked, since
        ranking everything costs several times as much.
#}
{% macro judged_rows(relation, key) -%}
    select
        {{ relation }}.* exclude (landed_row, reject_reasons),
        case
            when {{ relation }}.reject_reasons is not null then 'rejected'
            when copies.copy_number > 1 then 'duplicate'
            else 'accepted'
        end as row_status,
        case
            when {{ relation }}.reject_reasons is not null then {{ relation }}.reject_reasons
            when copies.copy_number > 1 and copies.is_exact then 'exact_duplicate'
            when copies.copy_number > 1 then 'replaced_by_newer_row'
        end as status_reasons,
        case
            when {{ relation }}.reject_reasons is not null or copies.copy_number > 1 then
                to_json({{ relation }}.landed_row)
        end as row_text
    from {{ relation }}
    left join (
        select
            load_id,
            source_row,
            row_number() over newest_first as copy_number,
            content = first_value(content) over newest_first as is_exact
        from (
            select
                {{ key | join(', ') }},
                load_id,
                source_row,
                hash(*columns(* exclude (load_id, source_file, source_row, landed_row)))
                    as content
            from {{ relation }}
            where
                reject_reasons is null
                and ({{ key | join(', ') }}) in (
                    select ({{ key | join(', ') }})
                    from {{ relation }}
                    where reject_reasons is null
                    group by {{ key | join(', ') }}
                    having count(*) > 1
                )
        )
        window newest_first as (
            partition by {{ key | join(', ') }} order by load_id desc, source_row desc
        )
    ) as copies
        on
            {{ relation }}.load_id = copies.load_id
            and {{ relation }}.source_row = copies.source_row
{%- endmacro %}

{# FLUID MILK becomes Fluid milk: for people to read. #}
{% macro sentence_case(column) -%}
    upper(substr({{ column }}, 1, 1)) || lower(substr({{ column }}, 2))
{%- endmacro %}
