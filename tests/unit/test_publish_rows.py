"""What tells the rows of one table from another's, and what is stored once for it."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from covey.publish.rows import content_of, holds_same_rows
from covey.publish.state import State, states, write_state
from covey.settings import Settings
from covey.warehouse import open_build

ROWS = "(values (1, 'a', 0.5), (2, 'b', 1.5), (3, null, null), (3, null, null))"
OTHERS = {
    "a value": "(values (1, 'a', 0.5), (2, 'b', 2.5), "
    "(3, null, null), (3, null, null))",
    "two swap the last value": "(values (1, 'a', 1.5), (2, 'b', 0.5), "
    "(3, null, null), (3, null, null))",
    "two swap the first": "(values (2, 'a', 0.5), (1, 'b', 1.5), "
    "(3, null, null), (3, null, null))",
    "an empty text is no null": "(values (1, 'a', 0.5), (2, 'b', 1.5), "
    "(3, '', null), (3, null, null))",
    "another pair": "(values (1, 'a', 0.5), (2, 'b', 1.5), "
    "(4, null, null), (4, null, null))",
    "a row of a pair": "(values (1, 'a', 0.5), (2, 'b', 1.5), (3, null, null))",
    "nothing": f"(from {ROWS} limit 0)",
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_other_rows_have_another_content(other: str) -> None:
    with duckdb.connect() as connection:
        assert content_of(connection, ROWS) != content_of(connection, other)


def test_order_and_storage_do_not_tell() -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table stored as from {ROWS} order by all desc")
        assert holds_same_rows(connection, ROWS, "stored")
        connection.execute("alter table stored rename col0 to number")
        assert not holds_same_rows(connection, ROWS, "stored")


def test_a_state_stores_once_what_stays_the_same(tmp_path: Path) -> None:
    settings = Settings("sample", tmp_path, tmp_path)
    settings.warehouse_dir.mkdir(parents=True)
    day = date(2026, 1, 1)

    def write(name: str, value: int) -> None:
        connection = open_build(settings.build_path, read_only=False)
        connection.execute("create or replace table learned as select 1 as weight")
        connection.execute(f"create or replace table history as select {value} as n")
        connection.close()
        folder = settings.state_dir / name
        state = State(name, day, day, "learning", "build", folder)
        write_state(settings, state, ["learned", "history"])

    write("0001_20260101_a", 1)
    old = states(settings)[0].folder / "learned.parquet"
    old_inode = old.stat().st_ino
    write("0002_20260101_b", 2)
    (newest,) = states(settings)
    assert newest.tables == ["history", "learned"]
    assert (newest.folder / "learned.parquet").stat().st_ino == old_inode
    with duckdb.connect() as connection:
        path = newest.folder / "history.parquet"
        assert connection.read_parquet(str(path)).fetchall() == [(2,)]
