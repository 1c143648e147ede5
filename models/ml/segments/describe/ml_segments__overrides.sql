-- One row per segment of this business that people gave words of their own.
select
    segment_id,
    segment_name,
    description,
    strategy
from {{ ref('segment_overrides') }}
where business = '{{ var("business") }}'
