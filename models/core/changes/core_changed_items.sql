-- One row per item of the last build of which features say another thing now: its kind,
-- its category, whether it is merchandise, a tag that is a taste, or that it is gone;
-- none from nothing.
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

known_tags as (
    select distinct
        item_id,
        tag
    from {{ before('core_item_tags') }}
    where tag in ({{ quoted_tags() }})
),

feeds_of_tags as ({{ union_feeds('item_tags') }}),

kept_tags as (
    select distinct
        item_id,
        tag
    from feeds_of_tags
    where
        tag in ({{ quoted_tags() }})
        and item_id in (select item_id from known)
),

changed as (
    select * from known
    except
    select * from kept
),

changed_tags as (
    select coalesce(known_tags.item_id, kept_tags.item_id) as item_id
    from known_tags
    full join kept_tags
        on
            known_tags.item_id = kept_tags.item_id
            and known_tags.tag = kept_tags.tag
    where known_tags.item_id is null or kept_tags.item_id is null
)

select item_id from changed
union distinct
select item_id from changed_tags
