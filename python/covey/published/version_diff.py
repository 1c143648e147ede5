"""What changed between two published versions: who moved, why, and with how much money.

Both files are attached read-only, as ``before`` and ``after``. Segments are matched by
their durable ids where both versions know them, or else by their names.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from covey.warehouse import Row, fetch

if TYPE_CHECKING:
    import duckdb

# Why somebody is in another segment, in the order in which it is told.
REASONS = ("customer_moved", "model_moved", "both_moved", "joined", "left")

# The history tells who moved, the customer or the model.
_HISTORY = """
    select customer_id, reason from after.fct_segment_memberships
    where valid_to is null
        and valid_from > (select as_of_date from before.covey_version)
"""
# By the same centres only a customer can have moved.
_SAME_FIT = "select customer_id, 'customer_moved' as reason from after.dim_customers"
# On the same day, it was the model that moved those of whom nothing else changed.
_SAME_DAY = """
    select customer_id, 'model_moved' as reason
    from (
        select {habits} from before.dim_customers
        intersect
        select {habits} from after.dim_customers
    )
"""
_HABITS = (
    "customer_id, as_of_date, days_since_last_order, order_count_90d, "
    "active_week_count_90d, spend_amount_90d, spend_amount_365d"
)

_COMPARED = """
with
was as (
    select customer_id, spend_amount_90d, {key} as segment_key, segment_name
    from before.dim_customers where segment_id is not null
),

is_now as (
    select customer_id, spend_amount_90d, {key} as segment_key, segment_name
    from after.dim_customers where segment_id is not null
),

reasons as ({reasons}),

compared as (
    select
        coalesce(is_now.customer_id, was.customer_id) as customer_id,
        was.segment_key as from_segment,
        is_now.segment_key as to_segment,
        was.segment_name as from_segment_name,
        is_now.segment_name as to_segment_name,
        case
            when was.customer_id is null then 'joined'
            when is_now.customer_id is null then 'left'
            else reasons.reason
        end as reason,
        coalesce(is_now.spend_amount_90d, was.spend_amount_90d) as spend_amount_90d
    from was
    full join is_now on was.customer_id = is_now.customer_id
    left join reasons on is_now.customer_id = reasons.customer_id
)
"""

_MOVES = """
select
    from_segment,
    to_segment,
    from_segment_name,
    to_segment_name,
    reason,
    count(*) as customer_count,
    sum(spend_amount_90d) as spend_amount_90d
from compared
where from_segment is distinct from to_segment
group by all
order by customer_count desc, from_segment_name, to_segment_name, reason
"""

_MOVERS = """
select
    customer_id,
    from_segment_name,
    to_segment_name,
    (select as_of_date from after.covey_version) as moved_on,
    reason,
    spend_amount_90d
from compared
where from_segment <> to_segment
"""

_SEGMENTS = """
select
    coalesce(is_now.{key}, was.{key}) as segment,
    was.segment_name as name_before,
    is_now.segment_name as name_after,
    coalesce(was.customer_count, 0) as customers_before,
    coalesce(is_now.customer_count, 0) as customers_after,
    coalesce(was.spend_amount_90d, 0) as spend_before,
    coalesce(is_now.spend_amount_90d, 0) as spend_after
from before.dim_segments as was
full join after.dim_segments as is_now on was.{key} = is_now.{key}
order by coalesce(is_now.segment_rank, was.segment_rank), name_after nulls last
"""

_SCORES = """
with
was as (select * from before.fct_propensity_scores),

is_now as (select * from after.fct_propensity_scores)

select
    coalesce(is_now.outcome_type, was.outcome_type) as outcome_type,
    count(was.customer_id) as customers_before,
    count(is_now.customer_id) as customers_after,
    round(avg(was.probability), 9) as mean_probability_before,
    round(avg(is_now.probability), 9) as mean_probability_after,
    count(case when was.decision = 'contact' then 1 end) as contacts_before,
    count(case when is_now.decision = 'contact' then 1 end) as contacts_after,
    count(case when is_now.decile > was.decile then 1 end) as decile_up_count,
    count(case when is_now.decile < was.decile then 1 end) as decile_down_count,
    count(case when abs(is_now.decile - was.decile) >= 2 then 1 end)
        as decile_jump_count,
    count(case when is_now.decile is not null and was.decile is not null then 1 end)
        as both_count
from was
full join is_now
    on
        was.customer_id = is_now.customer_id
        and was.outcome_type = is_now.outcome_type
group by 1
order by 1
"""

_ROWS = """
select
    coalesce(sum(input_rows), 0) as input_rows,
    coalesce(sum(accepted_rows), 0) as accepted_rows,
    coalesce(sum(rejected_rows), 0) as rejected_rows,
    coalesce(sum(duplicate_rows), 0) as duplicate_rows
from {version}.rpt_data_quality
"""


@dataclass(frozen=True)
class VersionDiff:
    """What changed.

    Attributes
    ----------
    before, after : dict
        The row of each file's ``covey_version``.
    is_same_fit : bool
        Whether both have the same centres, so that only customers can have moved.
    matched_by : str
        ``segment_id``, or ``segment_name`` where the ids have nothing in common.
    customer_count : int
        Customers who are in a segment of both.
    segments, moves, scores : list of dict
        One row per segment; way and reason; outcome.
    rows_before, rows_after : dict
        Input, accepted, rejected and duplicate rows.
    """

    before: Row
    after: Row
    is_same_fit: bool
    matched_by: str
    customer_count: int
    segments: list[Row]
    moves: list[Row]
    scores: list[Row]
    rows_before: Row
    rows_after: Row

    def total(self, *reasons: str | None) -> Row:
        """Sum up the moves, those of some reasons or all between two segments."""
        chosen = [
            row
            for row in self.moves
            if (row["reason"] in reasons if reasons else row["from_segment"])
            and (reasons or row["to_segment"])
        ]
        return {
            "customer_count": sum(row["customer_count"] for row in chosen),
            "spend_amount_90d": sum(row["spend_amount_90d"] for row in chosen),
        }

    def document(self) -> dict[str, Any]:
        """Give everything, as JSON shows it."""
        return {**asdict(self), "moved": self.total()}


def compare_versions(connection: duckdb.DuckDBPyConnection) -> VersionDiff:
    """Compare the files that are attached as ``before`` and ``after``."""
    before, after = (
        fetch(connection, f"from {version}.covey_version")[0]
        for version in ("before", "after")
    )
    is_same_fit, key, compared = _comparison(connection, before, after)
    both = fetch(
        connection,
        "select count(*) as n from before.dim_customers as was "
        "inner join after.dim_customers as is_now using (customer_id) "
        "where was.segment_id is not null and is_now.segment_id is not null",
    )
    return VersionDiff(
        before,
        after,
        is_same_fit,
        key,
        both[0]["n"],
        fetch(connection, _SEGMENTS.format(key=key)),
        fetch(connection, compared + _MOVES),
        fetch(connection, _SCORES),
        *(fetch(connection, _ROWS.format(version=v))[0] for v in ("before", "after")),
    )


def list_movers(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """List the customers who are in another segment of ``after`` than of ``before``."""
    before, after = (
        fetch(connection, f"from {version}.covey_version")[0]
        for version in ("before", "after")
    )
    _, _, compared = _comparison(connection, before, after)
    return fetch(connection, compared + _MOVERS)


def _comparison(
    connection: duckdb.DuckDBPyConnection, before: Row, after: Row
) -> tuple[bool, str, str]:
    """Choose what tells segments and reasons apart, and write the query for it."""
    was_fit, is_fit = (_fits(connection, version) for version in ("before", "after"))
    is_same_fit = was_fit == is_fit
    has_events = _has(connection, "after", "fct_segment_events")
    is_durable = is_same_fit or (has_events and _is_matched(connection))
    key = "segment_id" if is_durable else "segment_name"
    has_history = _has(connection, "after", "fct_segment_memberships")
    reasons = _SAME_DAY.format(habits=_HABITS)
    if is_same_fit:
        reasons = _SAME_FIT
    elif has_history and is_durable and before["as_of_date"] != after["as_of_date"]:
        reasons = _HISTORY
    return is_same_fit, key, _COMPARED.format(key=key, reasons=reasons)


def _fits(connection: duckdb.DuckDBPyConnection, version: str) -> list[str]:
    sql = f"select distinct run_id from {version}.dim_segments order by run_id"
    return [row["run_id"] for row in fetch(connection, sql)]


def _has(connection: duckdb.DuckDBPyConnection, version: str, table: str) -> bool:
    sql = "from duckdb_tables() where database_name = ? and table_name = ?"
    return bool(fetch(connection, sql, [version, table]))


def _is_matched(connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether the newest fit took over ids: a first one has only new segments."""
    sql = (
        "from after.fct_segment_events where event <> 'new' "
        "and as_of_date = (select max(as_of_date) from after.fct_segment_events)"
    )
    return bool(fetch(connection, sql))
