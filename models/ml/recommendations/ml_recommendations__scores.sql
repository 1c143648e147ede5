-- One row per customer, list and rank, with the bought item that speaks most for it.
with
lists as (
    select * from {{ ref('ml_recommendations__new_for_you') }}
    union all by name
    select * from {{ ref('ml_recommendations__buy_again') }}
)

select
    customer_id,
    list_name,
    rank,
    item_id,
    score,
    method,
    because_item_id
from lists
