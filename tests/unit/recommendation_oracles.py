"""Lists of recommendations worked out another way: in SQL, and by dense matrices."""

import duckdb
import numpy as np
import pandas as pd

from covey.ml.recommendations.cosine import (
    Knobs,
)
from unit.purchases_fixture import AS_OF

# The same formulas in SQL, for engines without the library and for one customer.
NEIGHBOURS_SQL = """
with last_purchases as (
    select customer_id, item_id, max(purchased_date) as last_purchased_date
    from purchases
    where purchased_date < $as_of_date
    group by customer_id, item_id
),

items as (
    select item_id
    from last_purchases
    group by item_id
    having count(*) >= $min_customers
),

weights as (
    select
        last_purchases.customer_id,
        last_purchases.item_id,
        pow(
            0.5,
            date_diff('day', last_purchases.last_purchased_date, $as_of_date)
            / $half_life_days
        )
        * pow(count(*) over (partition by last_purchases.customer_id), -$beta)
            as weight
    from last_purchases
    inner join items on last_purchases.item_id = items.item_id
),

norms as (
    select item_id, sum(weight * weight) as norm
    from weights
    group by item_id
),

pulls as (
    select $shrink * median(norm) as pull
    from norms
),

products as (
    select
        targets.item_id,
        sources.item_id as neighbour_item_id,
        sum(targets.weight * sources.weight) as product
    from weights as targets
    inner join weights as sources
        on
            targets.customer_id = sources.customer_id
            and targets.item_id != sources.item_id
    group by targets.item_id, sources.item_id
),

similarities as (
    select
        products.item_id,
        products.neighbour_item_id,
        round(
            products.product
            / (
                pow(source_norms.norm, $alpha) * pow(target_norms.norm, 1 - $alpha)
                + pulls.pull
            ),
            12
        ) as similarity
    from products
    inner join norms as source_norms
        on products.neighbour_item_id = source_norms.item_id
    inner join norms as target_norms on products.item_id = target_norms.item_id
    cross join pulls
)

select
    item_id,
    row_number() over (
        partition by item_id order by similarity desc, neighbour_item_id
    ) as neighbour_rank,
    neighbour_item_id,
    similarity
from similarities
where similarity > 0
qualify neighbour_rank <= $neighbour_count
order by item_id, neighbour_rank
"""
LAST_PURCHASES_SQL = """
with last_purchases as (
    select
        customer_id,
        item_id,
        pow(
            0.5,
            date_diff('day', max(purchased_date), $as_of_date)
            / $profile_half_life_days
        ) as profile_weight
    from purchases
    where purchased_date < $as_of_date
    group by customer_id, item_id
)
"""
CANDIDATES_SQL = (
    LAST_PURCHASES_SQL
    + """
select
    last_purchases.customer_id,
    neighbours.item_id,
    round(sum(last_purchases.profile_weight * neighbours.similarity), 12) as score
from last_purchases
inner join neighbours on last_purchases.item_id = neighbours.neighbour_item_id
left join last_purchases as already_bought
    on
        last_purchases.customer_id = already_bought.customer_id
        and neighbours.item_id = already_bought.item_id
where already_bought.item_id is null
group by last_purchases.customer_id, neighbours.item_id
having score > 0
order by last_purchases.customer_id, score desc, neighbours.item_id
"""
)
BECAUSE_SQL = (
    LAST_PURCHASES_SQL
    + """,

contributions as (
    select
        recommendations.customer_id,
        recommendations.item_id,
        last_purchases.item_id as because_item_id,
        round(last_purchases.profile_weight * neighbours.similarity, 12)
            as contribution
    from recommendations
    inner join last_purchases
        on recommendations.customer_id = last_purchases.customer_id
    inner join neighbours
        on
            recommendations.item_id = neighbours.item_id
            and last_purchases.item_id = neighbours.neighbour_item_id
)

select customer_id, item_id, because_item_id
from contributions
qualify row_number() over (
    partition by customer_id, item_id
    order by contribution desc, because_item_id
) = 1
order by customer_id, item_id
"""
)
BUY_AGAIN_SQL = """
with own_frequencies as (
    select
        customer_id,
        item_id,
        sum(
            pow(
                0.5,
                date_diff('day', purchased_date, $as_of_date) / $repeat_half_life_days
            )
        ) as own_frequency
    from purchases
    where purchased_date < $as_of_date
    group by customer_id, item_id
),

typical_frequencies as (
    select item_id, avg(own_frequency) as typical_frequency
    from own_frequencies
    group by item_id
    having count(*) >= $min_customers
)

select
    own_frequencies.customer_id,
    own_frequencies.item_id,
    round(
        own_frequencies.own_frequency
        + $typical_weight * typical_frequencies.typical_frequency,
        12
    ) as score
from own_frequencies
inner join typical_frequencies
    on own_frequencies.item_id = typical_frequencies.item_id
order by own_frequencies.customer_id, score desc, own_frequencies.item_id
"""


def query(sql: str, frames: dict[str, pd.DataFrame], **values: object) -> pd.DataFrame:
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register(name, frame)
        used = {name: value for name, value in values.items() if f"${name}" in sql}
        return connection.execute(sql, used).df()


def dense_ages(purchases: pd.DataFrame) -> pd.DataFrame:
    """Days since the last purchase: customers by items, infinite where none."""
    known = purchases[purchases["purchased_date"] < pd.Timestamp(AS_OF)]
    ages = (pd.Timestamp(AS_OF) - known["purchased_date"]).dt.days
    keys = [known["customer_id"], known["item_id"]]
    return ages.groupby(keys).min().unstack().fillna(np.inf)


def dense_similarities(purchases: pd.DataFrame, knobs: Knobs) -> pd.DataFrame:
    """Write the formula out: sources in rows, targets in columns."""
    ages = dense_ages(purchases)
    bought = np.isfinite(ages.to_numpy())
    item_counts = bought.sum(axis=1, keepdims=True).astype(float)
    days = np.where(bought, ages.to_numpy(), 0)
    decayed = np.where(bought, 0.5 ** (days / knobs.half_life_days), 0)
    weights = decayed * item_counts**-knobs.beta
    norms = (weights**2).sum(axis=0)
    below = norms[:, None] ** knobs.alpha * norms[None] ** (1 - knobs.alpha)
    below += knobs.shrink * np.median(norms)
    values = np.round(weights.T @ weights / below, 12)
    np.fill_diagonal(values, 0)
    return pd.DataFrame(values, ages.columns, ages.columns)
