"""What neighbours speak for, in SQL: where there is no Python, and for a visitor."""

from __future__ import annotations

_DECIMALS = 12


def candidates_sql(history: str, neighbours: str) -> str:
    """Write the query that scores what neighbours speak for, best first.

    It gives what `recommend_candidates` and `explain_recommendations` give: one row per
    customer and item that is not in the history, only positive scores.

    Parameters
    ----------
    history : a relation of customer_id, item_id and weight, which is 1 for today and
        0.5 ^ (days since the last purchase / profile_half_life_days) for before
    neighbours : a relation of item_id, neighbour_item_id, similarity and
        neighbour_common

    Returns
    -------
    str
        A query of customer_id, item_id, score and because_item_id.
    """
    return f"""
        select
            history.customer_id,
            neighbours.item_id,
            round(sum(history.weight * neighbours.similarity), {_DECIMALS}) as score,
            first(
                neighbours.neighbour_item_id
                order by
                    round(
                        history.weight
                        * greatest(1 - neighbours.neighbour_common, 1e-6)
                        * neighbours.similarity,
                        {_DECIMALS}
                    ) desc,
                    neighbours.neighbour_item_id
            ) filter (where neighbours.similarity > 0) as because_item_id
        from {history} as history
        inner join {neighbours} as neighbours
            on history.item_id = neighbours.neighbour_item_id
        where (history.customer_id, neighbours.item_id) not in (
            select (customer_id, item_id) from {history}
        )
        group by history.customer_id, neighbours.item_id
        having score > 0
        order by history.customer_id, score desc, neighbours.item_id
    """
