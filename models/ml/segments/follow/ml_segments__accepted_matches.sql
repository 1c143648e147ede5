-- One row per cluster of this fit whose segment a person has decided.
select
    cluster_id,
    segment_id
from {{ ref('segment_matches') }}
where business = '{{ var("business") }}' and fit_date = {{ fit_date() }}
