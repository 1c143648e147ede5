-- One row per protocol, split, cut-off, model, number of segments and metric: the
-- segments beside simple labels, beside other numbers of them and other ways to make
-- them. Only the first has an answer to whether the segments are worth publishing.
with
evaluation as (select * from {{ ref('ml_segments__evaluation') }}),

candidates as (select * from {{ ref('ml_segments__candidates') }}),

comparison as (select * from {{ ref('ml_segments__comparison') }}),

choice as (select * from {{ ref('ml_segments__choice') }}),

runs as (select max(run_id) as run_id from {{ ref('ml_segments__centroids') }}),

tried as (
    select
        *,
        'number_of_segments' as protocol
    from candidates
    union all by name
    select
        *,
        'ways_to_segment' as protocol
    from comparison
),

judged as (
    select
        tried.*,
        'segments' as task,
        'segments' as subject,
        false as is_published,
        case
            when tried.model = 'kmeans_log_z' and tried.n_clusters = choice.n_clusters
                then 'chosen'
            else 'not chosen'
        end as verdict
    from tried
    cross join choice
),

unioned as (
    select * from evaluation
    union all by name
    select * from judged
)

select
    unioned.*,
    runs.run_id
from unioned
cross join runs
