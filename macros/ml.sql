{# A number below `buckets` that depends on the text alone: the same on every engine. #}
{% macro hash_bucket(column, buckets) -%}
    (cast('0x' || substr(md5({{ column }}), 1, 8) as bigint) % {{ buckets }})
{%- endmacro %}

{# A list of texts for an `in`. #}
{% macro quoted(texts) -%}
    '{{ texts | join("', '") }}'
{%- endmacro %}

{# What a recommendation is about: the item itself, or the group it belongs to. #}
{% macro recommendation_item_id() -%}
    {%- if var('recommendation_grain') == 'item' -%}
        item_id
    {%- else -%}
        '{{ var("recommendation_grain") }}:' || {{ var('recommendation_grain') }}
    {%- endif -%}
{%- endmacro %}

{# What people call it. #}
{% macro recommendation_item_name() -%}
    {%- if var('recommendation_grain') == 'item' -%}
        item_name
    {%- else -%}
        {{ var('recommendation_grain') }}
    {%- endif -%}
{%- endmacro %}

{# What a purchase still counts after some days. #}
{% macro half_life_weight(age_days, half_life_days) -%}
    pow(0.5, {{ age_days }} / cast({{ half_life_days }} as double))
{%- endmacro %}

{# What a customer's purchases of an item count, decayed as at the fit. #}
{% macro buying_habits(relation) -%}
    select
        customer_id,
        item_id,
        -- Decimals add up to the same in any order.
        cast(round(
            sum(cast({{ half_life_weight(
                days_between('purchased_date', fit_date()),
                knob('repeat_half_life_days')
            ) }} as decimal(38, 18))),
            12
        ) as double) as own_weight
    from {{ relation }}
    group by customer_id, item_id
{%- endmacro %}

{# One of the knobs of the recommendations. #}
{% macro knob(name) -%}
    {{ var('recommendation_knobs')[name] }}
{%- endmacro %}

{# Columns named with a suffix, selected without it; what is missing is typical: 0. #}
{% macro filled_features(names, suffix) -%}
    {%- for name in names %}
    coalesce({{ name }}{{ suffix }}, 0) as {{ name }}
    {%- if not loop.last %},{% endif -%}
    {%- endfor %}
{%- endmacro %}

{# The most segments that there may be. #}
{% macro segment_limit() -%}
    {%- set fixed = 0 if var('segment_count') == 'auto' else var('segment_count') -%}
    {%- do return([fixed | int, var('segment_count_maximum') | int] | max) -%}
{%- endmacro %}

{# The distance of a customer to one centroid. A centroid that is not there is infinitely
   far; a feature that the fit left out adds nothing. On lists it takes an eighth of the
   time of the sum written out. #}
{% macro centroid_distance(features, customers, centroids, cluster_id) -%}
    coalesce(
        list_distance(
            [
                {%- for feature in features %}
                {{ customers }}.{{ feature }} * {{ centroids }}.{{ feature }}__weight
                {%- if not loop.last %},{% endif -%}
                {%- endfor %}
            ],
            {{ centroids }}.cluster_{{ cluster_id }}
        ),
        cast('infinity' as double)
    )
{%- endmacro %}

{# All centroids in one row, a list of their centre for each; a feature that the fit left
   out is 0 in all of them, and has the weight 0. #}
{% macro centroids_to_row(relation, features, cluster_count) -%}
    select
        {%- for cluster_id in range(cluster_count) %}
        case when count(*) filter (where cluster_id = {{ cluster_id }}) > 0 then [
            {%- for feature in features %}
            coalesce(
                max(centre) filter (
                    where cluster_id = {{ cluster_id }} and feature = '{{ feature }}'
                ),
                0
            )
            {%- if not loop.last %},{% endif -%}
            {%- endfor %}
        ] end as cluster_{{ cluster_id }},
        {%- endfor %}
        {%- for feature in features %}
        cast(count(*) filter (where feature = '{{ feature }}') > 0 as double)
            as {{ feature }}__weight,
        {%- endfor %}
        max(run_id) as run_id
    from {{ relation }}
{%- endmacro %}

{# The distances of a customer to every centroid, as columns. #}
{% macro centroid_distances(features, customers, centroids, cluster_count) -%}
    {%- for cluster_id in range(cluster_count) %}
    {{ centroid_distance(features, customers, centroids, cluster_id) }}
        as distance_{{ cluster_id }}
    {%- if not loop.last %},{% endif -%}
    {%- endfor %}
{%- endmacro %}

{# The smallest of the distance columns, and the first cluster that has it. #}
{% macro nearest_distance(cluster_count) -%}
    least(
        {%- for cluster_id in range(cluster_count) -%}
        distance_{{ cluster_id }}{% if not loop.last %}, {% endif %}
        {%- endfor -%}
    )
{%- endmacro %}

{% macro nearest_cluster(cluster_count) -%}
    case
        {%- for cluster_id in range(cluster_count) %}
        when distance_{{ cluster_id }} = {{ nearest_distance(cluster_count) }} then {{ cluster_id }}
        {%- endfor %}
    end
{%- endmacro %}

{# The smallest distance to a centroid that is not the nearest, whose number is in
   `cluster_id`, and the first that has it; null where there is no second centroid. #}
{% macro runner_up_distance(cluster_count) -%}
    nullif(
        least(
            {%- for cluster_id in range(cluster_count) -%}
            case when cluster_id <> {{ cluster_id }} then distance_{{ cluster_id }} end
            {%- if not loop.last %}, {% endif %}
            {%- endfor -%}
        ),
        cast('infinity' as double)
    )
{%- endmacro %}

{% macro runner_up_cluster(cluster_count) -%}
    case
        {%- for cluster_id in range(cluster_count) %}
        when
            cluster_id <> {{ cluster_id }}
            and distance_{{ cluster_id }} = runner_up_distance
            then {{ cluster_id }}
        {%- endfor %}
    end
{%- endmacro %}

{# The probability of log-odds. #}
{% macro sigmoid(log_odds) -%}
    1 / (1 + exp(-({{ log_odds }})))
{%- endmacro %}

{# The nine values that part a column into tenths. #}
{% macro decile_cut_points(column) -%}
    quantile_disc({{ column }}, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
{%- endmacro %}

{# The tenth, from 1 (lowest) to 10, that a value falls in; equal values share one. #}
{% macro decile(value, cut_points) -%}
    cast(
        1
        {%- for tenth in range(1, 10) %}
        + case when {{ value }} > {{ cut_points }}[{{ tenth }}] then 1 else 0 end
        {%- endfor %}
        as integer
    )
{%- endmacro %}

{# A value in words of its unit: days and counts, money, or a share. #}
{% macro worded(value, unit) -%}
    case
        when {{ value }} is null then 'unknown'
        when {{ unit }} = 'amount' then
            printf('%.0f {{ var("currency_code") }}', {{ value }})
        when {{ unit }} = 'rate' then printf('%.0f%%', 100 * {{ value }})
        when {{ unit }} = 'number' then printf('%.4g', {{ value }})
        else printf('%.0f', {{ value }})
    end
{%- endmacro %}

{# How a ratio to the average reads in brackets after a figure; only the first of them
   says what it is a ratio to. #}
{% macro beside_average(ratio, place) -%}
    case
        when {{ ratio }} < 0.015 then ''
        else
            ' (' || case
                when {{ ratio }} >= 1.2 then printf('%.1f times', {{ ratio }})
                when {{ ratio }} <= 0.8 then printf('%.0f%%', 100 * {{ ratio }})
                else 'about'
            end
            || case
                when {{ ratio }} > 0.8 and {{ ratio }} < 1.2 then ' the average)'
                when {{ place }} > 1 then ')'
                when {{ ratio }} >= 1.2 then ' the average)'
                else ' of the average)'
            end
    end
{%- endmacro %}

{# A list of texts as a sentence joins them: a, b and c. #}
{% macro list_in_words(texts) -%}
    case
        when len({{ texts }}) = 1 then {{ texts }}[1]
        else array_to_string({{ texts }}[:-2], ', ') || ' and ' || {{ texts }}[-1]
    end
{%- endmacro %}

{# One row per cluster that holds its centre as columns. #}
{% macro centroids_to_rows(relation, features) -%}
    select
        cluster_id
        {%- for feature in features %},
        max(case when feature = '{{ feature }}' then centre end) as {{ feature }}
        {%- endfor %}
    from {{ relation }}
    group by cluster_id
{%- endmacro %}

{#
    The feature by which a customer is most nearer to their own centre than to another;
    of equal ones the first.
#}
{% macro deciding_feature(features, customers, own, others) -%}
    list_sort(
        [
            {%- for feature in features %}
            {
                'nearness': coalesce(
                    pow({{ customers }}.{{ feature }} - {{ own }}.{{ feature }}, 2)
                    - pow({{ customers }}.{{ feature }} - {{ others }}.{{ feature }}, 2),
                    0
                ),
                'place': {{ loop.index }},
                'feature': '{{ feature }}'
            }
            {%- if not loop.last %},{% endif -%}
            {%- endfor %}
        ]
    )[1].feature
{%- endmacro %}

{# All components in one row, a column for each of them and each feature. #}
{% macro components_to_row(relation, features, component_count) -%}
    select
        {%- for component in range(1, component_count + 1) %}
        {%- for feature in features %}
        {%- for value in ('loading', 'centre') %}
        max(
            case
                when component = {{ component }} and feature = '{{ feature }}' then
                    {{ value }}
            end
        ) as component_{{ component }}__{{ feature }}__{{ value }},
        {%- endfor %}
        {%- endfor %}
        {%- endfor %}
        count(*) as row_count
    from {{ relation }}
{%- endmacro %}

{# Where a customer lies along each component; 0 along one that is not there. #}
{% macro component_values(features, customers, components, component_count) -%}
    {%- for component in range(1, component_count + 1) %}
    round(
        {%- for feature in features %}
        {%- set column = components ~ '.component_' ~ component ~ '__' ~ feature %}
        {% if not loop.first %}+ {% endif -%}
        coalesce(
            {{ column }}__loading
            * ({{ customers }}.{{ feature }} - {{ column }}__centre),
            0
        )
        {%- endfor %},
        2
    ) as component_{{ component }}
    {%- if not loop.last %},{% endif -%}
    {%- endfor %}
{%- endmacro %}

{# Whether an interaction speaks for its item: `recommendation_signals`. #}
{% macro speaks_for_item(alias='') -%}
    {%- set of = alias ~ '.' if alias else '' -%}
    (
        {%- for interaction_type, least_rating in var('recommendation_signals').items() %}
        {% if not loop.first %}or {% endif -%}
        {{ of }}interaction_type = '{{ interaction_type }}'
        {%- if least_rating is not none %} and {{ of }}rating >= {{ least_rating }}{% endif %}
        {%- endfor %}
    )
{%- endmacro %}
