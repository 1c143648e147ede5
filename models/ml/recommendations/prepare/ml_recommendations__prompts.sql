-- One row per customer, item at the business's grain, list and local day on which the
-- list showed it. A click says so too where nobody told what was shown. The list is
-- what the text of the event names; it is empty where that is no name.
with
prompts as (
    select * from {{ ref('core_interactions') }}
    where
        interaction_type in ('recommendation_shown', 'recommendation_clicked')
        and customer_id is not null
),

items as (
    select
        item_id as shown_item_id,
        {{ recommendation_item_id() }} as item_id
    from {{ ref('core_items') }}
    where is_merchandise
)

select
    prompts.customer_id,
    items.item_id,
    case
        when regexp_full_match(lower(prompts.text), '[a-z][a-z0-9_]{0,40}')
            then lower(prompts.text)
        else ''
    end as list_name,
    prompts.occurred_date as prompted_date,
    bool_or(prompts.interaction_type = 'recommendation_clicked') as is_clicked
from prompts
inner join items on prompts.item_id = items.shown_item_id
where items.item_id is not null
group by all
