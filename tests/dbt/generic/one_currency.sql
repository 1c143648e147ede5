{#
    Fails for each foreign currency without a rate in a staged table, unless the business
    sets `mixed_currencies: set_aside`. Such rows are rejected and in no sum either way.
#}
{% test one_currency(model, column_name, table) %}
select
    {{ column_name }} as currency_code,
    count(*) as row_count,
    '{{ table }} mixes ' || coalesce({{ column_name }}, 'no currency')
    || ' (rows: ' || count(*) || ') with {{ var("currency_code") }}: give a rate in '
    || 'seeds/currency_rates.csv, or leave them out with mixed_currencies: set_aside '
    || 'in the business file' as message
from {{ model }}
where
    row_status = 'rejected'
    and contains(status_reasons, 'other_currency')
    and '{{ var("mixed_currencies") }}' = 'stop'
group by {{ column_name }}
{% endtest %}
