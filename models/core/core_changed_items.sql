-- One row per item of the last build of which features say another thing now: its kind,
-- its category, whether it is merchandise, or that it is gone; none from nothing.
with
known as (
    select
        item_id,
        item_type,
        category,
        is_merchandise
    from {{ before('core_items') }}
),

items as ({{ union_feeds('items') }}),

kept as (
    select
        item_id,
        item_type,
        category,
        is_merchandise
    from items
),

changed as (
    select * from known
    except
    select * from kept
)

select item_id
from changed
