{#
    Fails for each combination of values that occurs more than once, or whose rows have a
    null in one of the columns `no_nulls`. One query for both: dbt spends more on a test
    than DuckDB on most tables.
#}
{% test unique_combination(model, columns, no_nulls=[]) %}
select
    {{ columns | join(', ') }},
    'In {{ tested_model().name }} ' || concat_ws(
        ', ',
        case when count(*) > 1 then 'a key has ' || count(*) || ' rows' end
        {%- for column in no_nulls %},
        case when count({{ column }}) < count(*) then '{{ column }} is null' end
        {%- endfor %}
    ) as message
from {{ rows_alike(model, columns) }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in no_nulls %}
    or count({{ column }}) < count(*)
    {%- endfor %}
{% endtest %}
