-- One row per item, kind of tag and tag.
with
tags as ({{ union_feeds('item_tags') }})

select
    item_id,
    tag_type,
    tag
from tags
