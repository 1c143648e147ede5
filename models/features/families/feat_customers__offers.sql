-- One row per customer and `as_of_date` to whom items were offered: on that day, and on
-- the scoring date also before, where the offer still runs. Of several the newest
-- counts; offers of one day are one.
with
as_of_dates as (select * from {{ ref('feat_as_of_dates') }}),

item_days as (
    select * from {{ ref('feat_customer_item_days') }} where is_purchase
),

item_tags as (select * from {{ ref('core_item_tags') }}),

offers as (
    select
        customer_id,
        item_tag,
        {{ local_date('eligible_at') }} as offered_date,
        {{ local_date('observed_at') }} as last_date
    from {{ ref('core_outcomes') }}
    where item_tag is not null
),

uses as (
    select
        customer_id,
        numeric_value as use_count,
        {{ local_date('observed_at') }} as use_date
    from {{ ref('core_customer_attributes') }}
    where attribute = 'offer_use_count'
),

newest as (
    select
        offers.customer_id,
        as_of_dates.as_of_date,
        max(offers.offered_date) as offered_date
    from offers
    inner join as_of_dates
        on
            offers.offered_date = as_of_dates.as_of_date
            or (
                as_of_dates.is_scoring_date
                and offers.offered_date < as_of_dates.as_of_date
                and offers.last_date >= as_of_dates.as_of_date
            )
    group by offers.customer_id, as_of_dates.as_of_date
),

-- From what customers bought to whether it was offered: an offer has many more items.
bought as (
    select
        newest.customer_id,
        newest.as_of_date,
        count(
            distinct concat_ws(':', item_days.item_id, item_days.activity_date)
        ) as line_count
    from newest
    inner join offers using (customer_id, offered_date)
    inner join item_days
        on
            newest.customer_id = item_days.customer_id
            and {{ is_in_window('item_days.activity_date', 'newest.as_of_date', 180) }}
    semi join item_tags
        on
            item_days.item_id = item_tags.item_id
            and offers.item_tag = item_tags.tag
    group by newest.customer_id, newest.as_of_date
),

used as (
    select
        newest.customer_id,
        newest.as_of_date,
        cast(sum(uses.use_count) as bigint) as use_count
    from newest
    inner join uses
        on
            newest.customer_id = uses.customer_id
            and {{ is_in_window('uses.use_date', 'newest.as_of_date', 180) }}
    group by newest.customer_id, newest.as_of_date
)

select
    newest.customer_id,
    newest.as_of_date,
    newest.offered_date,
    coalesce(bought.line_count, 0) as offer_line_count_180d,
    coalesce(used.use_count, 0) as offer_use_count_180d
from newest
left join bought using (customer_id, as_of_date)
left join used using (customer_id, as_of_date)
