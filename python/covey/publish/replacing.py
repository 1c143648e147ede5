"""Replace in a published table the rows of whom the build has other rows of.

Most customers' lists, and most items' neighbours, are those of the day before. Reading
whose rows differ costs a tenth of writing all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from covey.publish.rows import ROW_HASH
from covey.warehouse import fetch, quoted

# Whose rows they are, by the first of these that a mart has.
_OWNERS = ("customer_id", "item_id")
_DATE = "as_of_date"


def replace_what_differs(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    target: str,
    columns: Sequence[str],
    order: str,
) -> bool:
    """Give ``target`` the rows of ``source``, which has the same columns.

    Returns
    -------
    bool
        False if it is to be written anew: because more than half of the customers or
        items differ, or because rows are nobody's, and some differ.
    """
    if _DATE in columns:
        # What says nothing but today would make every row another one.
        connection.execute(
            f"update {target} set {_DATE} = (select max({_DATE}) from {source}) "
            f"where {_DATE} = (select max({_DATE}) from {target})"
        )
    owner = next((quoted(name) for name in _OWNERS if name in columns), "true")
    connection.execute(
        "create or replace temp table owners as "
        "select owner, sum(row_hash) <> 0 as differs from ("
        f"select {owner} as owner, {ROW_HASH}::hugeint as row_hash "
        f"from {source} as each_row union all "
        f"select {owner}, -({ROW_HASH}::hugeint) from {target} as each_row"
        ") group by owner"
    )
    (found,) = fetch(
        connection,
        "select count(*) filter (differs) as changed, count(*) as total, "
        "count(*) filter (differs and owner is null) as nobody from owners",
    )
    if found["changed"] == 0:
        return True
    if found["nobody"] or 2 * found["changed"] > found["total"]:
        return False
    changed = "in (select owner from owners where differs)"
    connection.execute(f"delete from {target} where {owner} {changed}")
    connection.execute(
        f"insert into {target} from {source} where {owner} {changed} order by {order}"
    )
    return True
