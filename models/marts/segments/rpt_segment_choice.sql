-- One row per fit: how many segments there are, and why so many.
select
    cast(choice.n_clusters as integer) as segment_count,
    cast(choice.rule_n_clusters as integer) as rule_segment_count,
    choice.is_fixed,
    choice.min_jaccard,
    choice.reason,
    {{ fit_date() }} as fit_date
from {{ ref('ml_segments__choice') }} as choice
