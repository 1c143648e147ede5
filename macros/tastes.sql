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
