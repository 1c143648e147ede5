{# Fails for NaN and for infinity. Null passes. #}
{% test is_finite(model, column_name) %}
select
    *,
    'A number that is none in {{ tested_model().name }}.{{ column_name }}' as message
from {{ model }}
where not isfinite({{ column_name }})
{% endtest %}
