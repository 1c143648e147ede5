{% test at_least_column(model, column_name, column) %}
    select
        *,
        '{{ column_name }} is before {{ column }} in a row of {{ tested_model().name }}' as message
    from {{ model }}
    where {{ column_name }} < {{ column }}
{% endtest %}
