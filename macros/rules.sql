{#
    Whether a rule of seeds/order_rules.csv holds for a row; never null.

    source_name: whose rules.
    columns: a mapping of the rule's field to the SQL of the row's value.
    kind: only rules of this kind; all, if left out.
    The few rules are lists that are made once and looked through row by row: that
    takes a tenth of a second for a million rows, where a join takes twice as long.
#}
{% macro rule_holds(source_name, columns, kind=none) -%}
    {%- for field, column in columns.items() -%}
        {%- set value = 'lower(' ~ column ~ ')' -%}
        {%- if not loop.first %} or {% endif -%}
        coalesce(
            list_contains({{ rule_values(source_name, field, 'equals', kind) }}, {{ value }})
            {%- for operator, holds in [('starts_with', 'starts_with'), ('contains', 'contains')] %}
            or len(list_filter(
                {{ rule_values(source_name, field, operator, kind) }},
                lambda rule_value: {{ holds }}({{ value }}, rule_value)
            )) > 0
            {%- endfor %}
            , false
        )
    {%- endfor -%}
{%- endmacro %}

{# Whether an item is goods that say something about taste, by the business's rules. #}
{% macro is_merchandise(source_name, columns) -%}
    not ({{ rule_holds(source_name, columns, kind='not_merchandise') }})
{%- endmacro %}

{# What the rules of one field and operator look for, as a list. #}
{% macro rule_values(source_name, field, operator, kind=none) -%}
    (
        select coalesce(list(lower(value)), [])
        from {{ ref('order_rules') }}
        where
            source = '{{ source_name }}' and field = '{{ field }}'
            and operator = '{{ operator }}'
            {%- if kind %} and kind = '{{ kind }}'{% endif %}
    )
{%- endmacro %}

{#
    The kinds of rules that hold for a row, comma-separated; empty for most rows, which
    are asked once.
#}
{% macro rule_kinds(source_name, columns) -%}
    case
        when {{ rule_holds(source_name, columns) }} then concat_ws(
            ','
            {%- for kind in ('not_merchandise', 'test_order', 'write_off', 'cancellation') %}
            , case when {{ rule_holds(source_name, columns, kind) }} then '{{ kind }}' end
            {%- endfor %}
        )
        else ''
    end
{%- endmacro %}

{#
    How much of the business's currency one unit of a row's currency is worth: 1 for its
    own, the newest rate in seeds/currency_rates.csv for another, null if there is none.
#}
{% macro exchange_rate(source_name, currency, occurred_at) -%}
    case
        when {{ currency }} = '{{ var("currency_code") }}' then 1
        else list_filter(
            (
                select list(
                    {code: currency_code, valid_from: valid_from, rate: rate}
                    order by valid_from desc
                )
                from {{ ref('currency_rates') }}
                where source = '{{ source_name }}'
            ),
            lambda known: known.code = {{ currency }}
            and known.valid_from <= {{ occurred_at }}
        )[1].rate
    end
{%- endmacro %}

{#
    Money in cents' precision, or null beyond a hundred thousand million: a barcode in
    the column of quantities must neither stop a build nor enter a sum.
#}
{% macro money(expression) -%}
    case
        when abs({{ expression }}) < 100000000000 then
            cast({{ expression }} as decimal(18, 2))
    end
{%- endmacro %}

{# Rows and money of each reason, side by side. #}
{% macro reason_columns(reasons) -%}
    {%- for reason in reasons %}
    coalesce(
        cast(sum(case when reason = '{{ reason }}' then row_count end) as bigint), 0
    ) as {{ reason }}_rows,
    cast(sum(case when reason = '{{ reason }}' then amount end) as decimal(18, 2))
        as {{ reason }}_amount
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}
