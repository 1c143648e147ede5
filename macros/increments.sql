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
    {%- do return(model.resource_type == 'seed' or not is_kept(config)) -%}
{%- endmacro %}

{# Whether this build keeps the table of a model with this config. #}
{% macro is_kept(config) -%}
    {%- set follows_fit = config.get('meta', {}).get('follows_fit') -%}
    {%- do return(dated_var('keeps_fit' if follows_fit else 'increment_since')) -%}
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
    A hook: in an increment without a fit there is little to do in each model, and one
    thread does it for a fifth less work than several that share it out. What such days
    leave in small parts, the next build with a fit puts together.
#}
{% macro share_out_little() -%}
    {%- if dated_var('keeps_fit') -%}
        set global threads = 1;
        set global max_vacuum_tasks = 0
    {%- endif -%}
{%- endmacro %}

{# Whether this build fits anew, as SQL. #}
{% macro is_refit() -%}
    {{ 'false' if dated_var('keeps_fit') else 'true' }}
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
    Whether a row of the interaction feeds is new to an increment: of a load that the last
    build did not know, or of a day that was not over then. Loads are constants, so that
    DuckDB reads no other rows.
#}
{% macro is_new_interaction() -%}
    {%- set feeds = union_feeds('interactions') -%}
    {%- set known = before('core_interactions') -%}
    {%- if dated_var('increment_since') and execute -%}
        {%- set loads = run_query(
            'select distinct load_id from (' ~ feeds ~ ')
            except select load_id from ' ~ known
        ).columns[0].values() -%}
        (
            load_id in ('{{ loads | join("', '") }}')
            or occurred_at >= {{ utc_from_local(
                "cast('" ~ dated_var('increment_since') ~ "' as timestamp)"
            ) }}
        )
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

{# The interactions that a build has to take in: all, or in an increment the new ones. #}
{% macro interactions_to_take_in() -%}
    {%- set new_interactions = ref('core_new_interactions') -%}
    {%- set feeds = union_feeds('interactions') -%}
    {%- if is_update() -%}
        select * from {{ new_interactions }}
    {%- else -%}
        {{ feeds }}
    {%- endif -%}
{%- endmacro %}

{#
    A hook: before an increment, removes what customers whose history changed did from
    then on.
    date: the column of the table that says when.
#}
{% macro forget_changed_days(date) -%}
    {%- set changed_customers = ref('core_changed_customers') -%}
    {%- if dated_var('increment_since') -%}
        delete from {{ this }} as kept
        using {{ changed_customers }} as changed
        where
            kept.customer_id = changed.customer_id
            and kept.{{ date }} >= changed.changed_from_date
    {%- endif -%}
{%- endmacro %}

{# A relation, or in an increment what customers did since their history changed. #}
{% macro since_changed(relation, date) -%}
    {%- set changed_customers = ref('core_changed_customers') -%}
    {%- if is_update() -%}
        (
            select * from {{ relation }} as days
            semi join {{ changed_customers }} as changed
                on
                    days.customer_id = changed.customer_id
                    and days.{{ date }} >= changed.changed_from_date
        )
    {%- else -%}
        {{ relation }}
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

{#
    Where an increment finds the features of before: in the table itself, or in what the
    families of features go to, since a family that is not kept holds what is made.
#}
{% macro known_features() -%}
    {{ this if is_incremental() else before('feat_customers') }}
{%- endmacro %}

{# Cut-offs of which an increment has to make features of everybody; or all of them. #}
{% macro new_cutoffs() -%}
    {%- set as_of_dates = ref('feat_as_of_dates') -%}
    {%- if dated_var('increment_since') -%}
        (
            select * from {{ as_of_dates }}
            where as_of_date not in (select distinct as_of_date from {{ known_features() }})
        )
    {%- else -%}
        {{ as_of_dates }}
    {%- endif -%}
{%- endmacro %}

{# Cut-offs of which there are features already. #}
{% macro known_cutoffs() -%}
    (
        select * from {{ ref('feat_as_of_dates') }}
        where as_of_date in (select distinct as_of_date from {{ known_features() }})
    )
{%- endmacro %}

{# A table of features, or in an increment its rows of another past or a new cut-off. #}
{% macro features_to_make(relation) -%}
    {%- set customers = customers_with_another_past() -%}
    {%- if is_update() -%}
        (
            select * from {{ relation }}
            where
                customer_id in ({{ customers }})
                or as_of_date not in (select distinct as_of_date from {{ this }})
        )
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}

{# A relation, of which only the customers are needed whose past changed. #}
{% macro of_customers_with_another_past(relation) -%}
    (
        select * from {{ relation }}
        where customer_id in ({{ customers_with_another_past() }})
    )
{%- endmacro %}
