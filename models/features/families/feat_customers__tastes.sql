-- One row per customer and `as_of_date`: which tags and which hours they choose, as
-- shares of all that ever spoke for an item. Counts would drift while the data grow;
-- shares do not.
with
aged_days as ({{ aged_days(days='feat_customer_taste_days') }})

select
    customer_id,
    as_of_date,
    {{ rate('sum(night_count)', 'sum(choice_count)') }} as night_rate,
    {{ rate('sum(weekend_count)', 'sum(choice_count)') }} as weekend_rate,
    {{ tag_rates() }}
from aged_days
group by customer_id, as_of_date
