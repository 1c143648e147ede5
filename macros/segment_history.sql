{# Where a customer went, and whether the customer moved, the model, or both. #}
{% macro move_reason(before, under_the_old_model, now) -%}
    case
        when {{ before }} is null then 'joined'
        when {{ now }} is null then 'left'
        when {{ under_the_old_model }} = {{ now }} then 'customer_moved'
        when {{ under_the_old_model }} = {{ before }} then 'model_moved'
        else 'both_moved'
    end
{%- endmacro %}
