{#
    What becomes of a key, from the columns of holders and shared. Only a used one makes
    its holders one person; the first reason that holds keeps it out.
#}
{% macro key_status() -%}
    case
        when holders.source_customer_count = 1 then 'unshared'
        when holders.key_type not in ({{ quoted(var('identity_key_types')) }})
            then 'type_switched_off'
        when holders.source_customer_count > {{ var('identity_key_limit') }}
            then 'shared_by_too_many'
        when shared.most_in_one_source > {{ var('identity_key_limit_per_source') }}
            then 'shared_in_one_source'
        when shared.has_other_birth_years then 'birth_years_differ'
        else 'used'
    end
{%- endmacro %}

{#
    The connected components of a graph: (node, component) for every node that has an
    edge, where the component is its smallest node.

    edges: a relation of whole numbers node and neighbour, each edge in one direction or
        both.
    Each round hangs trees below smaller ones and halves their height (FastSV: Zhang,
    Azad and Hu, 2020), so that a chain of a million nodes takes about twenty rounds and
    the usual pairs take one. It ends with the first round that changes nothing: then all
    nodes of an edge have the same parent, and no parent has another. Nothing depends on
    the order of rows.
#}
{% macro connected_components(edges) -%}
    {{ return(adapter.dispatch('connected_components')(edges)) }}
{%- endmacro %}

{% macro default__connected_components(edges) -%}
    with recursive
    both_ways as materialized (
        select node, neighbour from {{ edges }}
        union all
        select neighbour, node from {{ edges }}
    ),

    rounds as (
        select
            0 as round_number,
            node,
            min(least(node, neighbour)) as parent,
            true as is_changed
        from both_ways
        group by node
        union all
        (
            with
            grand as (
                select
                    nodes.node,
                    nodes.parent,
                    parents.parent as grandparent
                from rounds as nodes
                inner join rounds as parents on nodes.parent = parents.node
                where (select bool_or(is_changed) from rounds)
            ),

            hooks as (
                select
                    nodes.node,
                    nodes.parent,
                    min(neighbours.grandparent) as lowest
                from both_ways
                inner join grand as nodes on both_ways.node = nodes.node
                inner join grand as neighbours
                    on both_ways.neighbour = neighbours.node
                group by nodes.node, nodes.parent
            ),

            proposals as (
                select node, grandparent as parent from grand
                union all
                select node, lowest from hooks
                union all
                select parent, lowest from hooks
            ),

            lowest as (
                select node, min(parent) as parent from proposals group by node
            )

            select
                rounds.round_number + 1,
                rounds.node,
                least(rounds.parent, lowest.parent),
                lowest.parent < rounds.parent
            from rounds
            inner join lowest on rounds.node = lowest.node
        )
    )

    select
        node,
        parent as component
    from rounds
    where round_number = (select max(round_number) from rounds)
{%- endmacro %}

{#
    The key types that tie a changed record, with those that go where it goes, to other
    parts of the same person, from the columns of records.

    keys, key: a relation of keys of source customers, and its column that holds the key.
    person: the column that the parts have in common.
    part: the column that tells them apart.
#}
{% macro identity_ties(keys, key, person, part) -%}
    select
        records.source,
        records.source_customer_id,
        records.event,
        ties.key_type
    from records
    inner join (
        select distinct
            parts.{{ person }} as person,
            parts.{{ part }} as part,
            {{ keys }}.key_type
        from {{ keys }}
        inner join records as parts
            on
                {{ keys }}.source = parts.source
                and {{ keys }}.source_customer_id = parts.source_customer_id
        window same_key as (
            partition by parts.{{ person }}, {{ keys }}.key_type, {{ keys }}.{{ key }}
        )
        qualify
            min(parts.{{ part }}) over same_key < max(parts.{{ part }}) over same_key
    ) as ties
        on records.{{ person }} = ties.person and records.{{ part }} = ties.part
    where records.event is not null
{%- endmacro %}
