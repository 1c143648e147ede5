{#
    Customer-days seen from each cut-off: age_days is 1 for the last day before it.
    Days on or after the cut-off are not there, which is the firewall of all features.
    Each family names the days that it needs, since a day is work at every cut-off.
    Whoever was seen before a cut-off has one more row, their first date without values,
    so that customers with nothing to count keep their zeros and their tenure.
    An increment sees new cut-offs, and the customers whose past changed from all.
#}
{% macro aged_days(where='true', within_days=none, days='feat_customer_days') -%}
    {%- set days, changed_customers = ref(days), ref('core_changed_customers') -%}
    {{ aged_days_of(new_cutoffs(), days, where, within_days) }}
    {%- if dated_var('increment_since') %}
    union all by name
    {{ aged_days_of(
        known_cutoffs(), of_customers_with_another_past(days), where, within_days
    ) }}
    {%- endif -%}
{%- endmacro %}

{% macro aged_days_of(cutoffs, days, where, within_days) -%}
    select
        customer_days.*,
        as_of_dates.as_of_date,
        {{ days_between('customer_days.activity_date', 'as_of_dates.as_of_date') }}
            as age_days
    from {{ cutoffs }} as as_of_dates
    inner join {{ days }} as customer_days
        on {{ is_in_window(
            'customer_days.activity_date', 'as_of_dates.as_of_date', within_days
        ) }}
    where {{ where }}
    union all by name
    select
        first_days.customer_id,
        as_of_dates.as_of_date,
        {{ days_between('first_days.first_date', 'as_of_dates.as_of_date') }}
            as age_days
    from {{ cutoffs }} as as_of_dates
    inner join (
        select
            customer_id,
            min(activity_date) as first_date
        from {{ days }}
        group by customer_id
    ) as first_days
        on first_days.first_date < as_of_dates.as_of_date
{%- endmacro %}

{# Whether a date lies in the window that ends the day before the cut-off. #}
{% macro is_in_window(date, as_of_date, within_days=none) -%}
    {{ date }} < {{ as_of_date }}
    {%- if within_days %}
    and {{ date }} >= {{ as_of_date }} - {{ within_days }}
    {%- endif %}
{%- endmacro %}

{#
    How many different values of a column each customer bought in the window before
    each cut-off. A date carries the cut-offs that it counts for as bits (63 fit), so
    that a purchase is read once and not once per cut-off: a third of count(distinct).
#}
{% macro distinct_counts(column, within_days) -%}
    {%- set changed_customers = ref('core_changed_customers') -%}
    {%- set item_days = '(select * from ' ~ ref('feat_customer_item_days') ~ ' where is_purchase)' -%}
    {{ distinct_counts_of(new_cutoffs(), item_days, column, within_days) }}
    {%- if dated_var('increment_since') %}
    union all by name
    {{ distinct_counts_of(
        known_cutoffs(), of_customers_with_another_past(item_days), column, within_days
    ) }}
    {%- endif -%}
{%- endmacro %}

{% macro distinct_counts_of(cutoffs, item_days, column, within_days) -%}
    (
    with
    cutoffs as (
        select
            as_of_date,
            1::bigint << (row_number() over (order by as_of_date) - 1) as cutoff_bit
        from {{ cutoffs }}
    ),

    dates as (
        select
            dates.activity_date,
            bit_or(cutoffs.cutoff_bit) as cutoff_bits
        from (select distinct activity_date from {{ item_days }})
            as dates
        inner join cutoffs
            on {{ is_in_window(
                'dates.activity_date', 'cutoffs.as_of_date', within_days
            ) }}
        group by dates.activity_date
    ),

    bought as (
        select
            item_days.customer_id,
            item_days.{{ column }},
            bit_or(dates.cutoff_bits) as cutoff_bits
        from {{ item_days }} as item_days
        inner join dates on item_days.activity_date = dates.activity_date
        where item_days.{{ column }} is not null
        group by item_days.customer_id, item_days.{{ column }}
    )

    select
        bought.customer_id,
        cutoffs.as_of_date,
        count(*) as value_count
    from bought
    inner join cutoffs on bought.cutoff_bits & cutoffs.cutoff_bit <> 0
    group by bought.customer_id, cutoffs.as_of_date
    )
{%- endmacro %}

{# The sum of a column over the last so many days before the cut-off. #}
{% macro window_sum(column, days, type='bigint') -%}
    cast(
        coalesce(sum(case when age_days <= {{ days }} then {{ column }} end), 0)
        as {{ type }}
    )
{%- endmacro %}

{# How many of the last weeks before the cut-off had an order: a bit for each week. #}
{% macro active_weeks(days) -%}
    cast(
        coalesce(
            bit_count(
                bit_or(
                    case
                        when order_count > 0 and age_days <= {{ days }} then
                            1::bigint << cast((age_days - 1) // 7 as integer)
                    end
                )
            ),
            0
        ) as bigint
    )
{%- endmacro %}

{# A share from 0 to 1; of nothing it is 0. #}
{% macro rate(part, whole) -%}
    coalesce(
        cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0), 0
    )
{%- endmacro %}

{#
    One row that holds a value column of a long table for each name: joining it costs a
    tenth of unpivoting the wide side.
#}
{% macro pivoted_to_row(relation, name_column, names, value_columns) -%}
    select
        {%- for name in names %}
        {%- for value_column in value_columns %}
        max(case when {{ name_column }} = '{{ name }}' then {{ value_column }} end)
            as {{ name }}__{{ value_column }},
        {%- endfor %}
        {%- endfor %}
        count(*) as row_count
    from {{ relation }}
{%- endmacro %}

{# log(1 + x) of what is counted or paid; below zero there is nothing, null stays null. #}
{% macro log1p(column) -%}
    ln(1 + case when {{ column }} < 0 then 0 else cast({{ column }} as double) end)
{%- endmacro %}

{# What normalisation needs to know of each feature, one row per feature. #}
{% macro scaling_rows(relation, features) -%}
    {%- for feature in features %}
    select
        '{{ feature }}' as feature,
        count({{ feature }}) as customer_count,
        cast(min({{ feature }}) as double) as minimum,
        cast(max({{ feature }}) as double) as maximum,
        cast(quantile_disc({{ feature }}, 0.2) as double) as quantile_20,
        cast(quantile_disc({{ feature }}, 0.4) as double) as quantile_40,
        cast(quantile_disc({{ feature }}, 0.5) as double) as median,
        cast(quantile_disc({{ feature }}, 0.6) as double) as quantile_60,
        cast(quantile_disc({{ feature }}, 0.8) as double) as quantile_80,
        cast(quantile_disc({{ feature }}, 0.99) as double) as quantile_99,
        round(avg(cast({{ feature }} as double)), 9) as mean,
        round(stddev_pop(cast({{ feature }} as double)), 9) as deviation,
        round(avg({{ log1p(feature) }}), 9) as log_mean,
        round(stddev_pop({{ log1p(feature) }}), 9) as log_deviation,
        coalesce(
            abs(skewness({{ log1p(feature) }}))
            < abs(skewness(cast({{ feature }} as double))),
            false
        ) as is_log_helpful
    from {{ relation }}
    {%- if not loop.last %}
    union all by name
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{# Each feature in two forms: clipped to [0, 1], and the log as deviations from its mean. #}
{% macro normalised_columns(features, wide, scaling) -%}
    {%- for feature in features %}
    {%- set lowest = scaling ~ '.' ~ feature ~ '__minimum' -%}
    {%- set highest = scaling ~ '.' ~ feature ~ '__maximum' %}
    least(1, greatest(0,
        ({{ wide }}.{{ feature }} - {{ lowest }})
        / nullif({{ highest }} - {{ lowest }}, 0)
    )) as {{ feature }}_minmax,
    ({{ log1p(wide ~ '.' ~ feature) }} - {{ scaling }}.{{ feature }}__log_mean)
        / coalesce(nullif({{ scaling }}.{{ feature }}__log_deviation, 0), 1)
        as {{ feature }}_logz
    {%- if not loop.last %},{% endif -%}
    {%- endfor %}
{%- endmacro %}

{#
    A score from 1 (worst fifth) to 5 by fixed cut points, so that equal customers get
    equal scores whatever their order.
#}
{% macro quintile_score(column, cut_points, is_higher_better=true) -%}
    {%- set comparison = '>' if is_higher_better else '<=' -%}
    1
    {%- for cut_point in ('quantile_20', 'quantile_40', 'quantile_60', 'quantile_80') %}
    + case when {{ column }} {{ comparison }} {{ cut_points }}__{{ cut_point }} then 1 else 0 end
    {%- endfor %}
{%- endmacro %}

{# Columns of any numeric type as doubles, so that they can share one long column. #}
{% macro as_doubles(columns) -%}
    {%- for column in columns %}
    cast({{ column }} as double) as {{ column }}
    {%- if not loop.last %},{% endif -%}
    {%- endfor %}
{%- endmacro %}
