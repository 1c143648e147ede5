"""A day's version: the rows of the build, written onto a copy of the version before."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from covey.publish import PublishError, publish
from covey.publish.copying import copy_marts
from covey.publish.last_run import read_target
from covey.settings import Settings
from covey.warehouse import fetch, fetch_table, open_build, open_published
from unit.published_fixture import (
    change_an_input,
    make_project,
    publish_a_day,
    write_build,
)
from unit.published_records import own_id
from unit.published_rows import mart_rows

LISTS = "fct_recommendations"
FIRST, SECOND, THIRD = (f"customer_id = '{own_id(number)}'" for number in (1, 2, 3))
NEXT_DATE = [
    f"update {table} set as_of_date = date '2026-01-02'"
    for table in ("dim_customers", "dim_segments", LISTS, "fct_propensity_scores")
]
DAYS = {
    "nothing happened": [],
    "only the date": NEXT_DATE,
    "another list": [
        *NEXT_DATE,
        f"update {LISTS} set score = score + 1 where {FIRST}",
    ],
    "the last row alone is another": [
        f"update {LISTS} set item_name = 'Oats' where {FIRST} and rank = 5"
    ],
    "who came": [
        f"insert into {LISTS} select * replace ('new' as customer_id) "
        f"from {LISTS} where {FIRST}"
    ],
    "who left": [f"delete from {LISTS} where {SECOND}"],
    "everybody": [f"update {LISTS} set score = score + 1"],
    "rows of nobody": [f"update {LISTS} set customer_id = null where {THIRD}"],
    "one row twice": [f"insert into {LISTS} from {LISTS} where {FIRST} and rank = 1"],
    "an item is renamed": [
        "update fct_item_neighbours set item_name = 'Oats' where item_id = 'I1'",
        "update dim_items set item_name = 'Oats' where item_id = 'I1'",
    ],
    "older dates stay": [
        "insert into fct_identity_events "
        "select * replace (date '2026-01-02' as as_of_date) from fct_identity_events"
    ],
    "another type": ["alter table dim_items alter popularity_rank type hugeint"],
    "one column more": [f"alter table {LISTS} add column note varchar default 'x'"],
    "nobody is left": [f"delete from {LISTS}"],
    "no segments": ["delete from dim_segment_centres"],
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = make_project(tmp_path)
    write_build(settings)
    publish(settings)
    return settings


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One that gets a version per test, each onto the one before."""
    settings = make_project(tmp_path_factory.mktemp("daily"))
    write_build(settings)
    publish(settings)
    return settings


def change_build(settings: Settings, statements: list[str]) -> None:
    connection = open_build(settings.build_path, read_only=False)
    for statement in statements:
        connection.execute(statement)
    dates = fetch(connection, "select max(as_of_date) as day from dim_customers")
    connection.close()
    settings.vars["as_of_date"] = str(dates[0]["day"])
    change_an_input(settings, repr(statements))


def assert_same_rows(build: Path, published: Path, tables: list[str]) -> None:
    """Compare by the rows themselves, and not by what publishing tells them by."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{build}' as build (read_only)")
        connection.execute(f"attach '{published}' as published (read_only)")
        for name in tables:
            one, other = f"from build.{name}", f"from published.main.{name}"
            for sql in (f"{one} except all {other}", f"{other} except all {one}"):
                assert connection.execute(sql).fetchall() == [], name
            described = [
                connection.execute(f"describe {sql}").fetchall() for sql in (one, other)
            ]
            names, others = ([row[:2] for row in rows] for rows in described)
            assert names == others, name


@pytest.mark.parametrize("statements", DAYS.values(), ids=DAYS)
def test_a_day_has_the_rows_of_the_build(shop, statements):
    change_build(shop, statements)
    done = publish_a_day(shop)
    assert done.is_new
    assert_same_rows(shop.build_path, done.version.path, list(mart_rows(1)))
    connection = open_published(shop.current_path)
    (row,) = fetch_table(connection, "covey_version")
    assert row["version"] == done.version.name
    macros = "from duckdb_functions() where not internal"
    has_segments = statements != DAYS["no segments"]
    assert bool(fetch(connection, macros)) == has_segments


def test_the_version_before_stays_as_it_was(settings):
    path = next(settings.published_dir.glob("*.duckdb"))
    before = hashlib.sha256(path.read_bytes()).digest()
    change_build(settings, DAYS["another list"])
    publish_a_day(settings)
    assert hashlib.sha256(path.read_bytes()).digest() == before


def test_only_the_rows_of_whom_they_differ_are_written(settings):
    ids = sorted(own_id(number) for number in range(1, 13))
    change_build(
        settings,
        [*NEXT_DATE, f"update {LISTS} set score = 9 where customer_id = '{ids[0]}'"],
    )
    publish_a_day(settings)
    found = fetch_table(open_published(settings.current_path), LISTS)
    assert list(dict.fromkeys(row["customer_id"] for row in found)) == [
        *ids[1:],
        ids[0],
    ]
    assert {str(row["as_of_date"]) for row in found} == {"2026-01-02"}


def test_a_damaged_version_is_not_built_upon(settings):
    path = next(settings.published_dir.glob("*.duckdb"))
    content = bytearray(path.read_bytes())
    content[20_000:] = bytes(len(content) - 20_000)
    path.write_bytes(content)
    change_build(settings, DAYS["another list"])
    done = publish_a_day(settings)
    assert_same_rows(settings.build_path, done.version.path, list(mart_rows(1)))


def test_marts_come_and_go(settings, tmp_path):
    marts = read_target(settings.target_dir).marts
    fewer = {name: node for name, node in marts.items() if name != "dim_items"}
    earlier, later = tmp_path / "earlier.part", tmp_path / "later.part"
    copy_marts(settings.build_path, earlier, fewer, {"version": "1"})
    for some in (marts, fewer):
        later.unlink(missing_ok=True)
        copied = copy_marts(settings.build_path, later, some, {"version": "2"}, earlier)
        assert set(copied.contents) == set(some)
        earlier, later = later, earlier


def test_a_copy_with_another_row_is_refused(settings, monkeypatch):
    change_build(settings, DAYS["another list"])
    told_so = "covey.publish.copying.replace_what_differs"
    monkeypatch.setattr(told_so, lambda *arguments: True)
    with pytest.raises(PublishError, match="dim_customers has other rows"):
        publish_a_day(settings)
    assert list(settings.warehouse_dir.rglob("*.part*")) == []
