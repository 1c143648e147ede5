{#
    Marts of lists and neighbours that stay between fits: what was recommended stays what
    it is, and what it is called may change from one day to the next.
#}

{#
    Things that the table calls otherwise than they are called now, by a column of ids
    and what it says of them.
    now: what items say, in the same form.
#}
{% macro renamed(item_id, said, now='items.item_name') -%}
    select known.item_id
    from (select distinct {{ item_id }} as item_id, {{ said }} as said from {{ this }}) as known
    left join {{ ref('ml_recommendations__items') }} as items on known.item_id = items.item_id
    where known.said is distinct from {{ now }}
{%- endmacro %}

{#
    A hook: before an increment without a fit, removes the lists of customers to whom a
    thing would be named otherwise now, or which lack one that had no name.
#}
{% macro forget_lists_of_renamed() -%}
    {%- set named = renamed('item_id', '(item_name, category)', '(items.item_name, items.category)') -%}
    {%- set because_named = renamed('because_item_id', 'because_item_name') -%}
    {%- set scores = ref('ml_recommendations__scores') -%}
    {%- if dated_var('keeps_fit') -%}
        delete from {{ this }}
        where customer_id in (
            select customer_id from {{ this }}
            where item_id in ({{ named }}) or because_item_id in ({{ because_named }})
            union all
            select customer_id from {{ scores }}
            where item_id not in (select distinct item_id from {{ this }})
        )
    {%- endif -%}
{%- endmacro %}

{# A hook: before an increment without a fit, moves what stays to the scoring date. #}
{% macro move_to_scoring_date() -%}
    {%- if dated_var('keeps_fit') -%}
        update {{ this }} set as_of_date = {{ as_of_date() }}
    {%- endif -%}
{%- endmacro %}

{#
    A hook: before an increment without a fit, removes neighbours by what is said of
    things, which every build makes, those of things with another name, and all where
    the records do not carry them any more.
#}
{% macro forget_neighbours() -%}
    {%- set named = renamed('item_id', 'item_name') -%}
    {%- set neighbour_named = renamed('neighbour_item_id', 'neighbour_item_name') -%}
    {%- set readiness = ref('rpt_readiness') -%}
    {%- if dated_var('keeps_fit') -%}
        delete from {{ this }}
        where
            method = 'content'
            or item_id in ({{ named }})
            or neighbour_item_id in ({{ neighbour_named }})
            or not exists (
                select 1 from {{ readiness }}
                where output = 'recommendations:new_for_you' and decision = 'published'
            )
    {%- endif -%}
{%- endmacro %}

{# A relation, or in an increment without a fit what the table lacks of it by its key. #}
{% macro of_missing(relation, key) -%}
    {%- if dated_var('keeps_fit') -%}
        (select * from {{ relation }} anti join {{ this }} using ({{ key }}))
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}
