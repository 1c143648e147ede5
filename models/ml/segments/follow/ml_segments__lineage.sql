-- One row per segment that ever was: the cluster that it is now, or how it ended. What
-- people call it here is by rule; their own words come after it, in the registry.
with
matches as (select * from {{ ref('ml_segments__fit_matches') }}),

names as (select * from {{ ref('ml_segments__fit_names') }}),

previous as (select * from {{ ref('ml_segments__previous_registry') }}),

runs as (select max(run_id) as run_id from {{ ref('ml_segments__centroids') }}),

of_this_fit as (
    select
        matches.segment_id,
        matches.cluster_id,
        case
            when matches.event = 'kept' and names.segment_name <> previous.segment_name
                then 'renamed'
            else matches.event
        end as event,
        coalesce(names.segment_name, previous.segment_name) as segment_name,
        coalesce(names.name_rank, previous.name_rank) as name_rank,
        coalesce(names.description, previous.description) as description,
        coalesce(names.strategy, previous.strategy) as strategy,
        matches.previous_segment_ids,
        matches.next_segment_id,
        matches.matched_share,
        matches.match_margin,
        matches.is_ambiguous,
        matches.question,
        {{ fit_date() }} as fit_date,
        runs.run_id
    from matches
    cross join runs
    left join names on matches.cluster_id = names.cluster_id
    left join previous on matches.segment_id = previous.segment_id
),

all_segments as (
    select * from of_this_fit
    union all by name
    select * from previous
    where cluster_id is null
)

select
    segment_id,
    cast(cluster_id as integer) as cluster_id,
    event,
    segment_name,
    cast(name_rank as bigint) as name_rank,
    description,
    strategy,
    previous_segment_ids,
    next_segment_id,
    matched_share,
    match_margin,
    is_ambiguous,
    question,
    fit_date,
    run_id
from all_segments
