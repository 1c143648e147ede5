"""What to offer somebody who is not in the warehouse, from the published file alone."""

from __future__ import annotations

from collections.abc import Sequence

from covey.cli.answers.item_names import only_item
from covey.cli.context import Published
from covey.cli.exits import USAGE, CommandError
from covey.ml.recommendations.visitor_query import candidates_sql
from covey.warehouse import Row, fetch, table_names

_NEEDED = ("dim_items", "fct_item_neighbours")
_ITEMS = """(
    select item_id, item_name from dim_items
    union
    select neighbour_item_id as item_id, neighbour_item_name as item_name
    from fct_item_neighbours
)"""
# Neighbours first, then what is said to be like the history, then what is popular: the
# same rules hold as for customers who have no segment.
_OFFERS = f"""
with
history as (select '' as customer_id, unnest(?) as item_id, 1.0 as weight),

bought as (
    from fct_item_neighbours where method <> 'content'
),

-- A thing without buyers is like others, and others are like a thing without buyers.
alike as (
    select item_id, neighbour_item_id, similarity
    from fct_item_neighbours
    where method = 'content'
    union
    select neighbour_item_id, item_id, similarity
    from fct_item_neighbours
    where method = 'content'
),

candidates as (
    select item_id, score, because_item_id, ? as method, 1 as source
    from ({candidates_sql("history", "bought")})
    union all by name
    select
        alike.item_id,
        max(alike.similarity) as score,
        arg_max(history.item_id, alike.similarity) as because_item_id,
        'content' as method,
        2 as source
    from history
    inner join alike on history.item_id = alike.neighbour_item_id
    group by alike.item_id
    union all by name
    select
        item_id,
        customer_count as score,
        null as because_item_id,
        method,
        3 as source
    from dim_items
),

chosen as (
    select
        candidates.*,
        items.item_name,
        items.category,
        items.pinned_place,
        items.category_limit,
        row_number() over (
            order by
                items.pinned_place nulls last, source, score desc,
                items.popularity_rank
        ) as place
    from candidates
    inner join dim_items as items on candidates.item_id = items.item_id
    where items.item_id not in (select item_id from history)
    qualify row_number() over (partition by items.item_id order by source) = 1
),

-- What is over the limit of its category leaves its place to the next.
kept as (
    from chosen
    qualify row_number() over (partition by category order by place)
        <= coalesce(category_limit, {2**31})
)

select
    'new_for_you' as list_name,
    row_number() over (order by place) as rank,
    kept.item_id,
    kept.item_name,
    kept.category,
    kept.score,
    kept.because_item_id,
    known.item_name as because_item_name,
    kept.method,
    case when kept.pinned_place is not null then 'pin' end as moved_by
from kept
left join {_ITEMS} as known on kept.because_item_id = known.item_id
order by rank
limit ?
"""
_COUNT = 10


def read_history(published: Published, history: Sequence[str]) -> list[Row]:
    """Find the items that a person lists, with commas between names or one by one.

    Raises
    ------
    CommandError
        If there is none, one is not known, or a name means several.
    """
    missing = [
        name for name in _NEEDED if name not in table_names(published.connection)
    ]
    if missing:
        raise CommandError(
            f"this version has no {missing[0]}, which a visitor's list is made from: "
            "build again"
        )
    # An id or a name may have a comma itself.
    items = fetch(published.connection, f"from {_ITEMS}")
    known = {str(row[name]).lower() for row in items for name in row}
    texts = [
        text.strip()
        for given in history
        for text in ([given] if given.lower() in known else given.split(","))
        if text.strip()
    ]
    if not texts:
        raise CommandError("--history is empty: give items with commas between", USAGE)
    found = [only_item(published, _ITEMS, text) for text in texts]
    return list({row["item_id"]: row for row in found}.values())


def offers_for(published: Published, history: Sequence[Row]) -> list[Row]:
    """List new things for somebody who bought these items today."""
    methods = fetch(
        published.connection,
        "select any_value(method) as method from fct_item_neighbours "
        "where method <> 'content'",
    )
    ids = [row["item_id"] for row in history]
    return fetch(published.connection, _OFFERS, [ids, methods[0]["method"], _COUNT])
