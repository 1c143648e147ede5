-- One row per customer and local date on which something spoke for an item: how much of
-- it at night, at the weekend and with each tag of `taste_tags`. None unless the
-- business names a feature of tastes.
with
choices as (
    select
        customer_id,
        item_id,
        occurred_date,
        {{ quarter_hour('occurred_at') }} as quarter_at
    from {{ since_changed(ref('core_interactions'), 'occurred_date') }}
    where
        {{ speaks_for_item() }}
        and customer_id is not null
        and {{ wants_tastes() }}
),

hours as (
    select
        quarter_at,
        hour({{ local_from_utc('quarter_at') }}) as local_hour
    from (select distinct quarter_at from choices) as quarters
),

tags as (
    select
        item_id,
        list(distinct tag) as tags
    from {{ ref('core_item_tags') }}
    where tag in ({{ quoted_tags() }})
    group by item_id
),

items as (select * from {{ ref('core_items') }} where is_merchandise)

select
    choices.customer_id,
    choices.occurred_date as activity_date,
    count(*) as choice_count,
    count(case when hours.local_hour >= 22 or hours.local_hour < 6 then 1 end)
        as night_count,
    count(case when isodow(choices.occurred_date) >= 6 then 1 end) as weekend_count,
    {{ tag_counts('tags.tags') }}
from choices
inner join items on choices.item_id = items.item_id
inner join hours on choices.quarter_at = hours.quarter_at
left join tags on choices.item_id = tags.item_id
group by choices.customer_id, choices.occurred_date
