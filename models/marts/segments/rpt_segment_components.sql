-- One row per direction of the map of segments and feature: what the direction means.
select
    components.component,
    components.feature,
    coalesce(texts.label, components.feature) as label,
    components.loading,
    components.explained_share
from {{ ref('ml_segments__components') }} as components
left join {{ ref('feat_texts') }} as texts on components.feature = texts.feature
order by components.component, components.feature
