{#
    Tastes: what customers choose, by the tags of items (`taste_tags`) and by the hour.
    A tag is a feature of its own: Film-Noir is `film_noir_taste_rate`.
#}

{# What a tag is called in the names of columns. #}
{% macro tag_slug(tag) -%}
    {%- do return(
        modules.re.sub('[^a-z0-9]+', '_', tag | lower | replace("'", '')).strip('_')
    ) -%}
{%- endmacro %}

{# Tags as texts for an `in`. #}
{% macro quoted_tags() -%}
    {{ quoted(var('taste_tags') | map('replace', "'", "''") | list) }}
{%- endmacro %}

{# Whether the business names a feature of tastes, as SQL: nobody else pays for them. #}
{% macro wants_tastes() -%}
    {%- set named = var('features') | select('in', taste_features()) | list -%}
    {{ 'true' if named else 'false' }}
{%- endmacro %}

{# The features of tastes that there are. #}
{% macro taste_features() -%}
    {%- set names = ['night_rate', 'weekend_rate'] -%}
    {%- for tag in var('taste_tags') -%}
        {%- do names.append(tag_slug(tag) ~ '_taste_rate') -%}
    {%- endfor -%}
    {%- do return(names) -%}
{%- endmacro %}

{# How many of the rows have each tag: a column for each. #}
{% macro tag_counts(tags) -%}
    {%- for tag in var('taste_tags') %}
    count(case when list_contains({{ tags }}, '{{ tag | replace("'", "''") }}') then 1 end)
        as {{ tag_slug(tag) }}_taste_count,
    {%- endfor %}
    count({{ tags }}) as tagged_count
{%- endmacro %}

{# The share of each tag in what was chosen: a column for each. #}
{% macro tag_rates() -%}
    {%- for tag in var('taste_tags') %}
    {{ rate('sum(' ~ tag_slug(tag) ~ '_taste_count)', 'sum(choice_count)') }}
        as {{ tag_slug(tag) }}_taste_rate,
    {%- endfor %}
    cast(coalesce(sum(choice_count), 0) as bigint) as choice_count
{%- endmacro %}

{# The word for each tag. #}
{% macro tag_words() -%}
    {%- for tag in var('taste_tags') %}
    select
        '{{ tag_slug(tag) }}_taste_rate' as feature,
        '{{ tag | lower | replace("'", "''") }}' as word
    union all by name
    {%- endfor %}
    select
        cast(null as varchar) as feature,
        cast(null as varchar) as word
    where false
{%- endmacro %}

{# How the share of each tag is told, as rows beside those of `seeds/feature_texts.csv`. #}
{% macro tag_texts() -%}
    {%- for tag in var('taste_tags') %}
    {%- set word = tag | lower | replace("'", "''") %}
    union all by name
    select
        '{{ tag_slug(tag) }}_taste_rate' as feature,
        'rate' as unit,
        'share of {{ word }}' as label,
        '{{ word }} in {value} of choices, usual is {typical}' as reason,
        'choose {{ word }} {value} of the time' as phrase
    {%- endfor %}
{%- endmacro %}

{# By how many deviations a mean of tastes exceeds that of everybody; null for others. #}
{% macro taste_deviation(means, scaling) -%}
    case
        when {{ means }}.name in ({{ quoted(taste_features()) }}) then round(
            ({{ means }}.segment_value - {{ means }}.overall_value)
            / nullif({{ scaling }}.deviation, 0),
            6
        )
    end
{%- endmacro %}
