-- One row per item, kind of tag and tag. Tags of items that nobody knows are left out.
-- In an increment, only after what changed was noted: {{ ref('core_changed_items') }}.
with
tags as ({{ union_feeds('item_tags') }})

select
    tags.item_id,
    tags.tag_type,
    tags.tag
from tags
semi join {{ ref('core_items') }} as items on tags.item_id = items.item_id
