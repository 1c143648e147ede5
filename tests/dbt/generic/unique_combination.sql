{# Fails for each combination of values that occurs more than once. #}
{% test unique_combination(model, columns) %}
select {{ columns | join(', ') }}
from {{ rows_alike(model, columns) }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
