-- One row per customer, list and rank, with the bought item that speaks most for it.
with
new_for_you as (select * from {{ ref('ml_recommendations__new_for_you') }}),

buy_again as (select * from {{ ref('ml_recommendations__buy_again') }}),

profiles as (select * from {{ ref('ml_recommendations__profiles') }}),

neighbours as (select * from {{ ref('ml_recommendations__neighbours') }}),

reasons as (
    select
        new_for_you.customer_id,
        new_for_you.item_id,
        neighbours.neighbour_item_id as because_item_id
    from new_for_you
    inner join neighbours on new_for_you.item_id = neighbours.item_id
    inner join profiles
        on
            new_for_you.customer_id = profiles.customer_id
            and neighbours.neighbour_item_id = profiles.item_id
    where new_for_you.method = '{{ var("recommendation_method") }}'
    qualify row_number() over (
        partition by new_for_you.customer_id, new_for_you.item_id
        order by
            round(profiles.profile_weight * neighbours.similarity, 12) desc,
            neighbours.neighbour_item_id
    ) = 1
)

select
    new_for_you.*,
    reasons.because_item_id
from new_for_you
left join reasons
    on
        new_for_you.customer_id = reasons.customer_id
        and new_for_you.item_id = reasons.item_id
union all by name
select
    *,
    item_id as because_item_id
from buy_again
