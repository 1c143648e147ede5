-- One row per principal component and feature of the segments' features: for looking.
select
    cast(component as integer) as component,
    feature,
    loading,
    centre,
    explained_share
from {{ ref('ml_segments__fit_components') }}
