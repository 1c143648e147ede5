{# Whether a list is full, and if not, why; a list shorter than it could be has no reason. #}
{% macro list_reason() -%}
    case
        when decision = 'withheld' then 'withheld'
        when item_count >= {{ var('list_length') }} then 'full'
        when item_count < choice_count - left_out_count and not is_limited
            then 'unexplained'
        when list_name = 'buy_again' and choice_count = 0 then 'nothing bought'
        when list_name = 'buy_again' and choice_count < {{ var('list_length') }}
            then 'few things bought'
        when thing_count < {{ var('list_length') }} then 'catalogue too small'
        when choice_count < {{ var('list_length') }} then 'nearly everything bought'
        else 'rules leave too few'
    end
{%- endmacro %}

{# What is wrong with a row of seeds/recommendation_rules.csv; null if nothing is. #}
{% macro rule_fault() -%}
    case
        when coalesce(list_name, 'buy_again') not in ('new_for_you', 'buy_again')
            then printf('is for a list %s: there are new_for_you and buy_again', list_name)
        when
            lower(segment_name) not in (
                select lower(segment_name) from known_segments
                where segment_name is not null
            )
            then printf('is for a segment %s, which there is not', segment_name)
        when
            not list_contains(
                case rule
                    when 'price_band' then ['price']
                    when 'cap' then ['category']
                    when 'in_stock' then ['']
                    when 'bestsellers' then ['']
                    else ['item_id', 'item_type', 'category', 'brand']
                end,
                coalesce(scope, '')
            )
            then printf('cannot have the scope %s', coalesce(scope, '(empty)'))
        when
            (value is not null or rule in ('exclude', 'pin', 'price_band'))
            and (scope, coalesce(value, '')) not in (
                select (scope, value) from known_values where value is not null
            )
            then printf('names a %s %s, which there is not', scope, coalesce(value, '(empty)'))
        when rule in ('cap', 'pin') and not coalesce(number >= 1, false)
            then 'needs a number of 1 or more'
        when rule = 'price_band' and not coalesce(number between 0 and 1, false)
            then 'needs a number from 0 to 1'
        when rule = 'bestsellers' and list_name = 'buy_again'
            then 'is for new_for_you: buy_again has bestsellers of its own'
    end
{%- endmacro %}

{#
    The bought item that adds most to each recommendation, what everybody buys discounted
    and ties to the smaller id: as `explain_recommendations` finds it.
    profiles: a relation of customer_id, item_id and the weight that it still has.
#}
{% macro strongest_reasons(recommendations, profiles) -%}
    select
        recommended.customer_id,
        recommended.item_id,
        first(
            profiles.item_id
            order by
                round(
                    profiles.weight
                    * greatest(1 - neighbours.neighbour_common, 1e-6)
                    * neighbours.similarity,
                    12
                ) desc,
                profiles.item_id
        ) filter (where neighbours.similarity > 0) as because_item_id
    from {{ recommendations }} as recommended
    inner join {{ profiles }} as profiles
        on recommended.customer_id = profiles.customer_id
    inner join {{ ref('ml_recommendations__neighbours') }} as neighbours
        on
            recommended.item_id = neighbours.item_id
            and profiles.item_id = neighbours.neighbour_item_id
    group by recommended.customer_id, recommended.item_id
{%- endmacro %}
