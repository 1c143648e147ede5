-- A fit must not guess which segment a cluster is: the id, the name and the history of
-- many people would hang on it. A row is a question for a person, who answers with the
-- command in it and builds again.
select
    segment_id,
    cluster_id,
    question || ': decide with `covey -b {{ var("business") }} segments accept '
    || cluster_id || ' ' || segment_id || ' --reason ...` (or `new`)'
        as message
from {{ ref('ml_segments__lineage') }}
where is_ambiguous and fit_date = {{ fit_date() }}
