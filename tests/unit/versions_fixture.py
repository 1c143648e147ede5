"""Two published versions whose differences are known."""

from __future__ import annotations

from pathlib import Path

import duckdb

from covey.publish import publish
from covey.settings import Settings
from covey.warehouse import open_build
from unit.published_fixture import change_an_input, make_project, write_build
from unit.published_records import own_id

# Of 40 customers the odd ones are in S2, "At risk", and the even ones in S1.
COUNT = 40
TO_S1 = "segment_id = 'S1', segment_name = 'Champions'"
MOVED = [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23]


def of(*numbers: int) -> str:
    ids = ", ".join(f"'{own_id(number)}'" for number in numbers)
    return f"customer_id in ({ids})"


NEXT = [
    f"update dim_customers set {TO_S1} where {of(*MOVED)}",
    f"update dim_customers set spend_amount_90d = spend_amount_90d + 100 where {of(1)}",
    f"update dim_customers set segment_id = null where {of(2)}",
    "update dim_segments set segment_name = 'Gold' where segment_id = 'S1'",
    "update dim_segments set customer_count = 3 where segment_id = 'S2'",
    "update fct_propensity_scores set decile = 5, probability = 0.523 "
    f"where {of(4, 6)}",
    f"update fct_propensity_scores set decile = 1, decision = 'leave' where {of(8)}",
    "update rpt_data_quality set input_rows = input_rows + 10, "
    "accepted_rows = accepted_rows + 9",
]
NEXT_MONTH = [
    f"update {table} set as_of_date = date '2026-02-01'"
    for table in ("dim_customers", "dim_segments")
]
NEW_FIT = ["update dim_segments set run_id = 'run2'"]


def two_versions(root: Path, changes: list[str]) -> Settings:
    settings = make_project(root)
    write_build(settings, COUNT)
    publish(settings)
    connection = open_build(settings.build_path, read_only=False)
    for statement in [*NEXT, *changes]:
        connection.execute(statement)
    connection.close()
    if set(NEXT_MONTH) <= set(changes):
        settings.vars["as_of_date"] = "2026-02-01"
    change_an_input(settings, "2")
    publish(settings)
    return settings


def write_history(settings: Settings, event: str = "kept") -> None:
    """What a build with a past adds: who moved whom, and what became of segments."""
    newest = max(settings.published_dir.glob("*.duckdb"))
    with duckdb.connect(str(newest)) as connection:
        connection.execute(
            "create table fct_segment_events as "
            "select date '2026-02-01' as as_of_date, "
            f"'S1' as segment_id, 'Gold' as segment_name, '{event}' as event"
        )
        connection.execute(
            "create table fct_segment_memberships as "
            "select customer_id, segment_id, segment_name, date '2026-02-01' as "
            "valid_from, null::date as valid_to, "
            f"case when {of(1, 3)} then 'customer_moved' else 'model_moved' end as "
            f"reason from dim_customers where {of(*MOVED)}"
        )
