{#
    Increments. A build starts from nothing unless `covey build` passes
    `increment_since`: the `as_of_date` of the last whole build, whose tables are then
    kept and brought up to date. What comes out is the same; a test holds it.
#}

{#
    Whether dbt makes a table from nothing, in place of its own macro of this name: always
    but in an increment, and what follows from a fit also in one that fits anew.
#}
{% macro should_full_refresh() -%}
    {%- set follows_fit = config.get('meta', {}).get('follows_fit') -%}
    {%- set kept = dated_var('keeps_fit' if follows_fit else 'increment_since') -%}
    {%- do return(model.resource_type == 'seed' or not kept) -%}
{%- endmacro %}

{# Whether the model's table is to be brought up to date, and not made from nothing. #}
{% macro is_update() -%}
    {%- do return(dated_var('increment_since') and is_incremental()) -%}
{%- endmacro %}

{# Whether this build is an increment, as SQL. #}
{% macro is_increment() -%}
    {{ 'true' if dated_var('increment_since') else 'false' }}
{%- endmacro %}

{#
    A table as the last build left it, which must run before that table is built anew;
    empty in a build from nothing.
#}
{% macro before(table_name) -%}
    {%- if dated_var('increment_since') -%}
        {{ api.Relation.create(
            database=this.database, schema=this.schema, identifier=table_name
        ) }}
    {%- elif execute -%}
        (
            select
                {%- for column in graph.nodes['model.covey.' ~ table_name].columns.values() %}
                cast(null as {{ column.data_type }}) as {{ column.name }}
                {%- if not loop.last %},{% endif -%}
                {%- endfor %}
            where false
        )
    {%- endif -%}
{%- endmacro %}

{#
    The rows of the interaction feeds that are new: of new loads, of days that were not
    over when the last build ran, and of people who are linked otherwise now or were not
    known then. In a build
    from nothing that is every row.
    known: the interactions as the last build left them.
#}
{% macro new_interactions(known) -%}
    {%- set links, earlier_links = ref('core_customer_links'), ref('core_earlier_links') -%}
    select * from ({{ union_feeds('interactions') }})
    {%- if dated_var('increment_since') %}
    where
        (source, source_table, load_id) not in (
            select distinct (source, source_table, load_id) from {{ known }}
        )
        or occurred_at >= {{ utc_from_local(
            "cast('" ~ dated_var('increment_since') ~ "' as timestamp)"
        ) }}
        or (source, source_customer_id) in (
            select (links.source, links.source_customer_id)
            from {{ links }} as links
            left join {{ earlier_links }} as earlier_links
                on
                    links.source = earlier_links.source
                    and links.source_customer_id = earlier_links.source_customer_id
            where links.customer_id is distinct from earlier_links.customer_id
        )
    {%- endif -%}
{%- endmacro %}

{# A hook: before an increment, removes customers whose history changed. #}
{% macro forget_changed_customers() -%}
    {%- set changed_customers = ref('core_changed_customers') -%}
    {%- if dated_var('increment_since') -%}
        delete from {{ this }}
        where customer_id in (select customer_id from {{ changed_customers }})
    {%- endif -%}
{%- endmacro %}

{# A relation, or in an increment those customers of it whose history changed. #}
{% macro of_changed_customers(relation) -%}
    {%- set changed_customers = ref('core_changed_customers') -%}
    {%- if is_update() -%}
        (select * from {{ relation }} semi join {{ changed_customers }} using (customer_id))
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{#
    Whether the lists of a customer have to be made: of everybody, or in an increment
    without a fit of those whose history changed, for whom other rules hold, or whose
    list of new things is not full of what neighbours put forward: others fill it with
    what is popular now. What else a list depends on is learned.
#}
{% macro is_to_list() -%}
    {%- set changed_customers = ref('core_changed_customers') -%}
    {%- if dated_var('keeps_fit') -%}
        (
            customer_id in (select customer_id from {{ changed_customers }})
            or (customer_id, rules_id) not in (
                select (customer_id, any_value(rules_id))
                from {{ before('ml_recommendations__scores') }}
                where
                    list_name = 'new_for_you'
                    and method = '{{ var("recommendation_method") }}'
                group by customer_id
                having count(*) >= {{ var('list_length') }}
            )
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{# A hook: before an increment without a fit, removes the lists to be made again. #}
{% macro forget_lists_to_make() -%}
    {%- set customers = ref('ml_recommendations__customers') -%}
    {%- if dated_var('keeps_fit') -%}
        delete from {{ this }}
        where
            customer_id not in (
                select customer_id from {{ customers }} where not is_to_list
            )
    {%- endif -%}
{%- endmacro %}

{#
    A hook: before an increment, removes features at dates that are no cut-offs any more
    and those of customers whose past changed.
#}
{% macro forget_stale_features() -%}
    {%- set as_of_dates = ref('feat_as_of_dates') -%}
    {%- set customers = customers_with_another_past() -%}
    {%- if dated_var('increment_since') -%}
        delete from {{ this }}
        where
            as_of_date not in (select as_of_date from {{ as_of_dates }})
            or customer_id in ({{ customers }})
    {%- endif -%}
{%- endmacro %}

{# Customers who changed before a cut-off that the last build knew and this one keeps. #}
{% macro customers_with_another_past() -%}
    select customer_id from {{ ref('core_changed_customers') }}
    where
        changed_from_date < (
            select max(as_of_date) from {{ ref('feat_as_of_dates') }}
            where as_of_date <= cast('{{ dated_var("increment_since") }}' as date)
        )
{%- endmacro %}

{# Cut-offs of which an increment has to make features of everybody; or all of them. #}
{% macro new_cutoffs() -%}
    {%- set as_of_dates = ref('feat_as_of_dates') -%}
    {%- if is_update() -%}
        (
            select * from {{ as_of_dates }}
            where as_of_date not in (select distinct as_of_date from {{ this }})
        )
    {%- else -%}
        {{ as_of_dates }}
    {%- endif -%}
{%- endmacro %}

{# Cut-offs of which the table has features already. #}
{% macro known_cutoffs() -%}
    (
        select * from {{ ref('feat_as_of_dates') }}
        where as_of_date in (select distinct as_of_date from {{ this }})
    )
{%- endmacro %}

{# Whether an increment has to make a row of features: another past, or a new cut-off. #}
{% macro is_to_make(alias) -%}
    {%- set customers = customers_with_another_past() -%}
    {%- if is_update() -%}
        (
            {{ alias }}.customer_id in ({{ customers }})
            or {{ alias }}.as_of_date not in (select distinct as_of_date from {{ this }})
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{# A relation, of which only the customers are needed whose past changed. #}
{% macro of_customers_with_another_past(relation) -%}
    (
        select * from {{ relation }}
        where customer_id in ({{ customers_with_another_past() }})
    )
{%- endmacro %}
