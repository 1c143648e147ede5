-- One row per list: how many things it showed to whom, and what they did. A thing that
-- is shown to a customer again is counted once, and only after its days to be bought.
with
prompts as (
    select * from {{ ref('ml_recommendations__prompts') }}
    where prompted_date < {{ as_of_date() }} - {{ var('prompted_days') }}
),

purchases as (
    select * from {{ ref('ml_recommendations__training_set') }}
    where is_prompted
),

pairs as (
    select
        prompts.list_name,
        prompts.customer_id,
        prompts.item_id,
        bool_or(prompts.is_clicked) as is_clicked,
        bool_or(purchases.item_id is not null) as is_bought
    from prompts
    left join purchases
        on
            prompts.customer_id = purchases.customer_id
            and prompts.item_id = purchases.item_id
            and prompts.prompted_date <= purchases.purchased_date
            and prompts.prompted_date + {{ var('prompted_days') }}
            >= purchases.purchased_date
    group by prompts.list_name, prompts.customer_id, prompts.item_id
)

select
    list_name,
    count(distinct customer_id) as customer_count,
    count(*) as shown_count,
    count(case when is_clicked then 1 end) as clicked_count,
    count(case when is_bought then 1 end) as bought_count,
    count(case when is_clicked then 1 end) / count(*) as clicked_rate,
    count(case when is_bought then 1 end) / count(*) as bought_rate
from pairs
group by list_name
having count(distinct customer_id) >= {{ var('smallest_published_group') }}
order by list_name
