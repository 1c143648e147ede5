{#
    Per customer and date what is spent in 90 days, and what the business names for an
    outcome (`exposures`): columns of what customers did, or attributes.
#}
{% macro exposure_rows() -%}
    {%- set behaviour, attributes = ['spend_amount_90d'], [] -%}
    {%- for exposure in var('exposures').values() -%}
        {%- set is_attribute = exposure.feature in var('attribute_features') -%}
        {%- do (attributes if is_attribute else behaviour).append(exposure.feature) -%}
    {%- endfor -%}
    {%- set customers = ref('feat_customers') -%}
    {%- set customer_attributes = ref('feat_customers__attributes') -%}
    select
        customer_id,
        as_of_date,
        {{ (behaviour + attributes) | unique | join(', ') }}
    from {{ customers }}
    {%- if attributes %}
    full join {{ customer_attributes }} using (customer_id, as_of_date)
    {%- endif %}
{%- endmacro %}

{#
    What is at stake, before margins: the column that the business names for the outcome
    (`exposures`), times so many; else what the horizon brings at the pace of 90 days.
#}
{% macro exposure_amount(outcome_type, exposures, outcome_types) -%}
    {%- set spend = exposures ~ '.spend_amount_90d / 90.0 * ' ~ outcome_types ~ '.horizon_days' %}
    cast(
        {%- for outcome, exposure in var('exposures').items() %}
        case
            when {{ outcome_type }} = '{{ outcome }}' then
                {{ exposure.multiple | default(1) }} * {{ exposures }}.{{ exposure.feature }}
            else
        {%- endfor %}
        {{ spend }}
        {%- for _ in var('exposures') %}
        end
        {%- endfor %}
        as double
    )
{%- endmacro %}

{# What acting is worth beside not acting, if the outcome has this chance. #}
{% macro value_of_acting(probability, payoffs) -%}
    {{ probability }} * (
        {{ payoffs }}.acting_if_positive_amount
        - {{ payoffs }}.resting_if_positive_amount
    )
    + (1 - {{ probability }}) * {{ payoffs }}.acting_if_negative_amount
{%- endmacro %}

{#
    How many times the odds speak for acting: 1 at the break-even chance. A contact is
    for the likely, a loan for the unlikely; where acting never pays it is 0.
#}
{% macro odds_for_acting(probability, payoffs) -%}
    case
        when {{ payoffs }}.break_even_probability <= 0
            or {{ payoffs }}.break_even_probability >= 1 then 0
        else pow(
            {{ probability }} / (1 - {{ probability }})
            * (1 - {{ payoffs }}.break_even_probability)
            / {{ payoffs }}.break_even_probability,
            case {{ payoffs }}.action when 'lend' then -1 else 1 end
        )
    end
{%- endmacro %}

{# Money, added up exactly where a condition holds: sums of doubles depend on the threads. #}
{% macro money_sum(amount, condition='true') -%}
    cast(
        coalesce(
            sum(cast({{ amount }} as decimal(18, 4))) filter (where {{ condition }}), 0
        ) as decimal(18, 2)
    )
{%- endmacro %}
