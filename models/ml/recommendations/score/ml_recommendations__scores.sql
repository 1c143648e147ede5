-- One row per customer, list and rank: what rules show first, then what the list's own
-- model puts forward, then what fills it, no more of a category than a rule says.
with
proposals as (
    select * from {{ ref('ml_recommendations__pool') }}
    union all by name
    select
        *,
        'new_for_you' as list_name
    from {{ ref('ml_recommendations__fillers') }}
),

customers as (select * from {{ ref('ml_recommendations__customers') }}),

items as (select * from {{ ref('ml_recommendations__items') }}),

placed as (
    select
        *,
        row_number() over (
            partition by customer_id, list_name
            order by pinned_place asc nulls last, rank_before_rules asc, item_id asc
        ) as place
    from proposals
),

counted as (
    select
        placed.*,
        row_number() over (
            partition by placed.customer_id, placed.list_name, items.category
            order by placed.place
        ) as category_place
    from placed
    inner join items on placed.item_id = items.item_id
),

capped as (
    select
        *,
        last_value(
            case when category_place > category_limit then 'cap' else moved_by end
            ignore nulls
        ) over (partition by customer_id, list_name order by place) as made_room
    from counted
    qualify category_place <= coalesce(category_limit, category_place)
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_id, list_name order by place
        ) as rank
    from capped
    qualify rank <= {{ var('list_length') }}
),

-- Only what was high up before the rules has its reason already.
unexplained as (
    select
        customer_id,
        item_id
    from ranked
    where
        because_item_id is null and method = '{{ var("recommendation_method") }}'
),

profiles as (
    select
        customer_id,
        item_id,
        {{ half_life_weight(
            days_between('max(purchased_date)', fit_date()),
            knob('profile_half_life_days')
        ) }} as weight
    from {{ ref('ml_recommendations__listing_set') }}
    where customer_id in (select customer_id from unexplained)
    group by customer_id, item_id
),

reasons as ({{ strongest_reasons('unexplained', 'profiles') }})

select
    ranked.customer_id,
    ranked.list_name,
    ranked.rank,
    ranked.item_id,
    ranked.score,
    ranked.method,
    coalesce(ranked.because_item_id, reasons.because_item_id) as because_item_id,
    case when ranked.pinned_place is not null then 'pin' else ranked.made_room end
        as moved_by,
    customers.rules_id
from ranked
inner join customers using (customer_id)
left join reasons using (customer_id, item_id)
