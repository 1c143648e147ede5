-- One row per segment and scoring date on which a fit or a person said something of it:
-- what it became, what it is called. A name counts as changed if it differs from the
-- last one told, whoever gave it.
with
earlier as (
    select * from {{ state('fct_segment_events') }}
    where as_of_date < {{ as_of_date() }}
),

lineage as (select * from {{ ref('ml_segments__lineage') }}),

registry as (select * from {{ ref('ml_segments__registry') }}),

last_told as (
    select
        segment_id,
        arg_max(segment_name, as_of_date) as segment_name
    from earlier
    group by segment_id
),

known_runs as (select distinct run_id from earlier),

named as (
    select
        lineage.*,
        coalesce(registry.segment_name, last_told.segment_name, lineage.segment_name)
            as name_now,
        last_told.segment_name as name_before,
        coalesce(registry.segment_name <> last_told.segment_name, false) as is_renamed,
        lineage.run_id not in (select run_id from known_runs) as is_new_fit
    from lineage
    left join registry on lineage.segment_id = registry.segment_id
    left join last_told on lineage.segment_id = last_told.segment_id
),

of_today as (
    select
        {{ as_of_date() }} as as_of_date,
        segment_id,
        name_now as segment_name,
        case
            when is_renamed and (event in ('kept', 'renamed') or not is_new_fit)
                then 'renamed'
            when event = 'renamed' then 'kept'
            else event
        end as event,
        name_before as previous_segment_name,
        case when is_new_fit then previous_segment_ids end as previous_segment_ids,
        case when is_new_fit then next_segment_id end as next_segment_id,
        case when is_new_fit then matched_share end as matched_share,
        case when is_new_fit then match_margin end as match_margin,
        run_id
    from named
    where is_new_fit or is_renamed
)

select * from earlier
union all by name
select * from of_today
order by as_of_date, segment_id
