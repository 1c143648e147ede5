{# The features of any outcome, those included that one has instead (`outcome_settings`),
   and those that only a simple rule looks at. #}
{% macro propensity_features() -%}
    {%- set names = var('propensity_features') + [] -%}
    {%- set rules = [var('propensity_rules')] -%}
    {%- for own in var('outcome_settings').values() -%}
        {%- do names.extend(own.get('features', [])) -%}
        {%- do rules.append(own.get('rules', {})) -%}
    {%- endfor -%}
    {%- for each in rules -%}
        {%- for looks_at in each.values() -%}
            {%- do names.extend(looks_at) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do return(names | unique | list) -%}
{%- endmacro %}

{# The challengers that score in place of the default model (`outcome_settings`). #}
{% macro chosen_models() -%}
    {%- set names = ['none'] -%}
    {%- for own in var('outcome_settings').values() -%}
        {%- do names.append(own.get('model', 'none')) -%}
    {%- endfor -%}
    {%- do return(names | unique | reject('equalto', 'logistic_regression') | list) -%}
{%- endmacro %}

{# What a chosen challenger says of each customer; nothing where none was chosen. #}
{% macro batch_scores() -%}
    {%- if chosen_models() | length > 1 -%}
    select * from {{ ref('ml_propensity__batch_scores') }}
    {%- else -%}
    select
        cast(null as varchar) as customer_id,
        cast(null as varchar) as outcome_type,
        cast(null as double) as log_odds
    where false
    {%- endif -%}
{%- endmacro %}

{# The newest value of each attribute that may be a feature, and how many they are. #}
{% macro attribute_columns() -%}
    {%- for attribute, kind in var('attribute_features').items() %}
    arg_max({{ 'numeric' if kind == 'numeric' else 'text' }}_value, observed_at)
        filter (attribute = '{{ attribute }}') as {{ attribute }},
    {%- endfor %}
    count(distinct attribute) as attribute_count
{%- endmacro %}

{#
    The columns of the propensity features: those that `attribute_features` names are of
    the attributes, those that begin with `offer_` of what was offered, such as
    `no_order_odds_28d` are made of the history by BG/NBD, the others are of what
    customers did. Who has only some of them has nothing in the others.
#}
{% macro propensity_feature_rows() -%}
    {%- set behaviour, attributes, offers, columns, spreads = [], [], [], [], [] -%}
    {%- for feature in propensity_features() -%}
        {%- set days = feature.replace('no_order_odds_', '').replace('d', '') -%}
        {%- if feature.startswith('no_order_odds_') -%}
            {%- do spreads.append(feature) -%}
            {%- do columns.append(no_order_odds(days) ~ ' as ' ~ feature) -%}
        {%- else -%}
            {%- do columns.append(feature) -%}
        {%- endif -%}
        {%- set is_attribute = feature in var('attribute_features') -%}
        {%- set is_offer = feature.startswith('offer_') -%}
        {%- do (attributes if is_attribute else offers if is_offer else behaviour)
            .append(feature) -%}
    {%- endfor -%}
    {%- set customers = ref('feat_customers') -%}
    {%- set customer_attributes = ref('feat_customers__attributes') -%}
    {%- set customer_offers = ref('feat_customers__offers') -%}
    select
        customer_id,
        as_of_date,
        {{ columns | join(', ') }}
    from
    {%- if not attributes %}
        {{ customers }}
    {%- elif not behaviour %}
        {{ customer_attributes }}
    {%- else %}
        {{ customers }}
    full join {{ customer_attributes }} using (customer_id, as_of_date)
    {%- endif %}
    {%- if offers %}
    left join {{ customer_offers }} using (customer_id, as_of_date)
    {%- endif %}
    {%- if spreads %}
    left join ({{ newest_spreads() }}) as spreads using (as_of_date)
    {%- endif %}
{%- endmacro %}

{#
    One row per outcome that holds the terms of the published model as columns: of what
    is numeric the offset below all knots, and for each knot the line that begins there
    (height at zero, and slope), of a category a map of its levels. A feature that the
    model does not use is zero in all of them; a knot that is not there is never reached.
#}
{% macro terms_to_rows(relation, features) -%}
    select
        outcome_type,
        max(run_id) as run_id,
        max(model) as model,
        max(case when term = 'intercept' then coefficient end) as intercept,
        {%- for feature in features %}
        {{ term_column(feature, 'missing') }},
        {%- if is_category(feature) %}
        map_from_entries(
            list((level, coefficient) order by level)
                filter (feature = '{{ feature }}' and term = 'level')
        ) as {{ feature }}__levels,
        {%- else %}
        {{ term_column(feature, 'offset') }},
        count(case when feature = '{{ feature }}' and term <> 'missing' then 1 end)
            as {{ feature }}__line_count,
        {%- for rank in range(1, var('spline_knot_count') + 1) %}
        {{ term_column(feature, 'knot', 'knot', rank, "cast('infinity' as double)") }},
        {{ term_column(feature, 'height', 'height', rank) }},
        {{ term_column(feature, 'slope', 'slope', rank) }},
        {%- endfor %}
        {%- endif %}
        {%- endfor %}
        count(*) as row_count
    from (
        select
            *,
            sum(case when term = 'knot' then coefficient end) over rising as slope,
            sum(
                case
                    when term = 'offset' then coefficient
                    when term = 'knot' then -coefficient * knot
                end
            ) over rising as height
        from {{ relation }}
        window rising as (
            partition by outcome_type, feature order by term_rank rows unbounded preceding
        )
    )
    group by outcome_type
{%- endmacro %}

{# One term of a feature as a column, or what stands for one that it has not. #}
{% macro term_column(feature, name, value='coefficient', rank=none, otherwise=0) -%}
    coalesce(
        max(
            case
                when
                    feature = '{{ feature }}'
                    and term = '{{ 'knot' if rank else name }}'
                    {%- if rank %} and term_rank = {{ rank }}{% endif %}
                    then {{ value }}
            end
        ),
        {{ otherwise }}
    ) as {{ feature }}__{{ name }}{{ '_' ~ rank if rank }}
{%- endmacro %}

{# Whether a feature is one of a few texts, and not a number. #}
{% macro is_category(feature) -%}
    {{- 'true' if var('attribute_features').get(feature) == 'category' -}}
{%- endmacro %}

{#
    What the terms work on, as columns: u = sign(x) * ln(1 + |x|) of a number, a category
    as it is. Written by sign it takes two thirds of the time.
#}
{% macro logged_columns(features, wide) -%}
    {%- for feature in features %}
    {%- set value = wide ~ '.' ~ feature %}
    {%- if is_category(feature) %}
    {{ value }}
    {%- else %}
    case
        when {{ value }} < 0 then -ln(1 - cast({{ value }} as double))
        else ln(1 + cast({{ value }} as double))
    end as {{ feature }}
    {%- endif %}
    {%- if not loop.last %},{% endif -%}
    {%- endfor %}
{%- endmacro %}

{#
    What each feature adds for whoever is eligible, outcome by outcome: terms of one row
    are constants beside every customer, where a join would copy them to each. Without an
    outcome there are no rows.
#}
{% macro contribution_rows(features, eligible, logged, fitted) -%}
    {%- for outcome_type in var('outcomes') or ['none'] %}
    select
        {{ eligible }}.customer_id,
        {{ eligible }}.outcome_type,
        own.model,
        own.run_id,
        own.intercept,
        {{ contribution_columns(features, logged, 'own') }}
    from {{ eligible }}
    inner join {{ logged }}
        on {{ eligible }}.customer_id = {{ logged }}.customer_id
    cross join (select * from {{ fitted }} where outcome_type = '{{ outcome_type }}') as own
    where {{ eligible }}.outcome_type = '{{ outcome_type }}'
    {{- ' union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#
    What each feature adds to the log-odds of the average customer, as columns. Every
    level that the fit did not see, or saw rarely, is `(other)`. Of a number the line that
    it lies on is looked for by halves, or between two at once, which takes half of the
    time of adding up what lies above each knot, and says the same.
    logged: a relation with `logged_columns`.
#}
{% macro contribution_columns(features, logged, fitted) -%}
    {%- for feature in features %}
    {%- set value, term = logged ~ '.' ~ feature, fitted ~ '.' ~ feature %}
    {%- if is_category(feature) %}
    case
        when {{ value }} is null then {{ term }}__missing
        else
            coalesce(
                {{ term }}__levels[{{ value }}], {{ term }}__levels['(other)'], 0
            )
    end as {{ feature }}
    {%- else %}
    coalesce(
        case
            when {{ term }}__line_count = 2
                then {{ line_of_number(value, term, 0, 1) }}
            else {{ line_of_number(value, term, 0, var('spline_knot_count')) }}
        end,
        {{ term }}__missing
    ) as {{ feature }}
    {%- endif %}
    {%- if not loop.last %},{% endif -%}
    {%- endfor %}
{%- endmacro %}

{# The line between two knots that a number lies on, of those numbered from low to high;
   of what is not known nothing. #}
{% macro line_of_number(value, term, low, high) -%}
    {%- set middle = (low + high + 1) // 2 -%}
    {%- if low < high -%}
        case
            when {{ value }} < {{ term }}__knot_{{ middle }}
                then {{ line_of_number(value, term, low, middle - 1) }}
            else {{ line_of_number(value, term, middle, high) }}
        end
    {%- elif low == 0 -%}
        {{ term }}__offset
    {%- else -%}
        {{ term }}__height_{{ low }} + {{ term }}__slope_{{ low }} * {{ value }}
    {%- endif -%}
{%- endmacro %}

{#
    Each customer's strongest contributions as a list of structs, strongest first; ties
    go to the feature that is named first.
#}
{% macro strongest_contributions(features, contributions, wide, count) -%}
    list_sort(
        [
            {%- for feature in features %}
            {
                'strength': -abs({{ contributions }}.{{ feature }}),
                'place': {{ loop.index }},
                'feature': '{{ feature }}',
                {%- if is_category(feature) %}
                'feature_value': cast(null as double),
                'feature_level': cast({{ wide }}.{{ feature }} as varchar),
                {%- else %}
                'feature_value': cast({{ wide }}.{{ feature }} as double),
                'feature_level': cast(null as varchar),
                {%- endif %}
                'contribution': {{ contributions }}.{{ feature }}
            }
            {%- if not loop.last %},{% endif -%}
            {%- endfor %}
        ]
    )[1:{{ count }}]
{%- endmacro %}

{# The unit that the name of a feature ends with; by default it is a number. #}
{% macro unit_of_name(feature) -%}
    case
        when {{ feature }} like '%\_amount' escape '\' then 'amount'
        when {{ feature }} like '%\_rate' escape '\' then 'rate'
        when {{ feature }} like '%\_count' escape '\' then 'count'
        else 'number'
    end
{%- endmacro %}

{#
    A reason made of the name of a feature: "monthly fee 90 EUR, usual is 60 EUR", or
    "contract: monthly, most have yearly".
#}
{% macro reason_of_name(feature, typical_level) -%}
    replace(
        regexp_replace({{ feature }}, '_(amount|rate|count)$', ''), '_', ' '
    ) || case
        when {{ typical_level }} is null then ' {value}, usual is {typical}'
        else ': {value}, most have {typical}'
    end
{%- endmacro %}

{# The features that part the outcomes nearly alone, of those that a condition names. #}
{% macro too_good_features(is_meant) -%}
    select
        selection.*,
        printf(
            '%s predicts %s alone with AUC %.3f, over %.2f: does it know the future? '
            || 'Take it out of propensity_features, or raise largest_auc_alone',
            selection.feature,
            selection.outcome_type,
            selection.auc_alone,
            {{ var('largest_auc_alone') }}
        ) as message
    from {{ ref('ml_propensity__feature_selection') }} as selection
    inner join {{ ref('outcome_types') }} as outcome_types
        on selection.outcome_type = outcome_types.outcome_type
    where
        selection.auc_alone > {{ var('largest_auc_alone') }}
        and not isnan(selection.auc_alone)
        and {{ is_meant }}
{%- endmacro %}

{# Whether a person wrote down the feature or the outcome; covey counts the others. #}
{% macro is_written_down() -%}
    (
        outcome_types.kind = 'label'
        or selection.feature in ({{ quoted(var('attribute_features')) }})
    )
{%- endmacro %}
