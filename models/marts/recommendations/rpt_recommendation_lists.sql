-- One row per list and reason: how many customers have a full list, and why others have
-- none.
with
lengths as (select * from {{ ref('ml_recommendations__list_lengths') }})

select
    list_name,
    reason,
    count(*) as customer_count,
    cast(sum(item_count) as bigint) as item_count
from lengths
group by list_name, reason
order by list_name asc, customer_count desc, reason asc
