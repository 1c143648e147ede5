{#
    Tables of which a larger share was rejected than the business allows, with the most
    frequent reasons. Rows that only wait for the cut-off do not count.
    level: warn or stop; the limits are the var `reject_rates`, for all tables and, by
        source and table, for single ones.
#}
{% macro reject_rates_over(level) -%}
    {%- set limits = var('reject_rates') -%}
with
balance as (
    select
        source,
        table_name,
        source || '.' || table_name as full_name,
        sum(input_rows) as input_rows,
        sum(rejected_rows - waiting_rows) as rejected_rows,
        sum(rejected_rows - waiting_rows) / sum(input_rows) as reject_rate,
        cast(
            case (source || '.' || table_name) when '' then null
                {%- for table, own in limits.items() if own is mapping and level in own %}
                when '{{ table }}' then {{ own[level] }}
                {%- endfor %}
                else {{ limits.get(level, {'warn': 0.01, 'stop': 0.05}[level]) }}
            end as double
        ) as reject_rate_limit
    from {{ ref('core_row_balance') }}
    group by source, table_name
    having sum(input_rows) > 0
),

reasons as (
    select
        source,
        table_name,
        string_agg(reason || ' (' || row_count || ')', ', ' order by row_count desc, reason)
            as frequent_reasons
    from (
        select *
        from {{ ref('core_row_reasons') }}
        where row_status = 'rejected' and reason <> 'after_as_of_date'
        qualify row_number() over (
            partition by source, table_name order by row_count desc, reason
        ) <= 3
    )
    group by source, table_name
)

select
    balance.full_name,
    balance.reject_rate,
    balance.reject_rate_limit,
    reasons.frequent_reasons,
    printf(
        '%s: %d of %d rows were rejected (%.1f%%, the limit is %.1f%%), mostly %s; '
        'see `covey rejects --table %s`, or set the limit in reject_rates of the '
        'business file',
        balance.full_name, cast(balance.rejected_rows as bigint),
        cast(balance.input_rows as bigint), 100 * balance.reject_rate,
        100 * balance.reject_rate_limit, reasons.frequent_reasons, balance.full_name
    ) as message
from balance
left join reasons
    on balance.source = reasons.source and balance.table_name = reasons.table_name
where balance.reject_rate > balance.reject_rate_limit
{%- endmacro %}
