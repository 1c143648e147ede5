"""Day by day is the same as all at once: late, repeated and replaced rows included."""

from __future__ import annotations

import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from conftest import run_covey

MONTHS = [date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1)]
DAYS = [date(2025, 12, 2) + timedelta(days=n) for n in range(10)]
EVENTS = {"order_lines": "ordered_at", "events": "occurred_at"}
# What a build keeps for itself: tables of rows as they came, what changed since, and
# the features and lists that were made for it.
OWN = (
    "new_row_counts",
    *("stg_", "core_earlier_links", "core_changed_customers", "core_changed_items"),
    *("core_new_interactions", "feat_customers__cadence", "feat_customers__basket"),
    *("feat_customers__engagement", "feat_customers__value", "feat_customers__tastes"),
    *("ml_recommendations__customers", "ml_recommendations__pool"),
    "ml_recommendations__listing_set",
    *("ml_recommendations__fillers", "ml_recommendations__buy_again"),
)
# A build that takes over what was learned does not make what only fits read.
FITS = (
    *("__fit", "__labels", "__profiles", "__evaluation_set"),
    *("__overlaps", "__accepted_matches", "__matured", "__previous_scores"),
    *("ml_propensity__training_set", "__taste_traits", "ml_baskets__training_set"),
    *("ml_baskets__items", "ml_baskets__itemsets", "ml_baskets__totals"),
)


RENAMED = "Renamed Oat Milk"


def arrival(day: date, chance: random.Random) -> date | None:
    """The build that is told of a day: the next one, or one of the last ten, late."""
    first = next((build for build in [*MONTHS, *DAYS] if day < build), None)
    is_late = chance.random() < (0.3 if first in DAYS else 0.03)
    if first in (MONTHS[-1], *DAYS) and is_late:
        return chance.choice([build for build in DAYS if first <= build])
    return first


def cut(rows: pd.DataFrame, column: str) -> dict[date, pd.DataFrame]:
    """Deal out rows to the first build that can know them; some of the last ten days
    come late, again, or again with another customer or quantity."""
    chance = random.Random(7)
    happened = pd.to_datetime(rows[column], errors="coerce").fillna(pd.Timestamp(0))
    arrivals = [arrival(moment.date(), chance) for moment in happened]
    files = {}
    for day in [*MONTHS, *DAYS]:
        part = rows[[arrival == day for arrival in arrivals]]
        if day in DAYS:
            seen = rows[[a is not None and a < day for a in arrivals]]
            again = seen.sample(6, random_state=day.day)
            if "quantity" in again:
                again.iloc[:2, again.columns.get_loc("quantity")] = "2"
            again.iloc[2:4, again.columns.get_loc("customer_id")] = "C000007"
            part = pd.concat([part, again])
        files[day] = part
    return files


def tell_otherwise(products: pd.DataFrame, sold: pd.Series, folder: Path) -> None:
    """Land four well sold products again: another category, kind, not goods, name."""
    best = sold.value_counts().index[:4]
    again = products.set_index("product_id").loc[best].reset_index()
    again.loc[:1, "category"] = ["Gift cards", "Sundries"]
    again.loc[2, "product_type"] = "novelty"
    again.loc[3, "product_name"] = RENAMED
    again.to_csv(folder / "products.csv", index=False)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of CSV files for each day of a small shop."""
    folder = tmp_path_factory.mktemp("files")
    run_covey(folder, "make-shop", "--customers", "150", "--output", str(folder / "s"))
    for day in [*MONTHS, *DAYS]:
        (folder / str(day)).mkdir()
    for table, column in EVENTS.items():
        rows = pd.read_csv(folder / "s" / f"{table}.csv", dtype=str, na_filter=False)
        for day, part in cut(rows, column).items():
            part.to_csv(folder / str(day) / f"{table}.csv", index=False)
    for table in ("customers", "products"):
        shutil.copy(folder / "s" / f"{table}.csv", folder / str(MONTHS[0]))
    lines, products = (
        pd.read_csv(folder / "s" / f"{table}.csv", dtype=str, na_filter=False)
        for table in ("order_lines", "products")
    )
    tell_otherwise(products, lines["product_id"], folder / str(DAYS[3]))
    return folder


def land(data_dir: Path, files: Path, day: date) -> None:
    folder = data_dir / "in" / str(day)
    shutil.copytree(files / str(day), folder)
    options = ["--no-card", "--accept-volume"]
    run_covey(data_dir, "-b", "shop", "land", "shop", str(folder), *options)


def build(data_dir: Path, day: date) -> str:
    return run_covey(data_dir, "-b", "shop", "build", "--as-of", str(day)).stdout


def differences(one: Path, other: Path) -> dict[str, int]:
    """Rows of every table of the one build file that the other lacks, and back."""
    found = {}
    with duckdb.connect() as connection:
        for alias, data_dir in (("one", one), ("other", other)):
            path = data_dir / "warehouse" / "shop" / "build.duckdb"
            connection.execute(f"attach '{path}' as {alias} (read_only)")
        names = connection.execute(
            "select distinct table_name from duckdb_tables() where schema_name = 'main'"
        ).fetchall()
        for (name,) in names:
            if name.startswith(OWN) or any(word in name for word in FITS):
                continue
            counts = [
                connection.execute(
                    f"select count(*) from (from {a}.{name} except all from {b}.{name})"
                ).fetchone()[0]
                for a, b in (("one", "other"), ("other", "one"))
            ]
            if any(counts):
                found[name] = sum(counts)
    return found


def at_once(tmp_path: Path, data_dir: Path, day: date) -> tuple[Path, str]:
    """Build from nothing what another folder has landed, with the state before."""
    other = tmp_path / "at_once"
    shutil.copytree(data_dir / "data", other / "data")
    state = Path("warehouse") / "shop" / "state"
    shutil.copytree(data_dir / state, other / state)
    newest = max((other / state).iterdir())
    shutil.rmtree(newest)  # of this very day: a build reads an earlier one
    return other, build(other, day)


@pytest.fixture(scope="module")
def three_months(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_dir = tmp_path_factory.mktemp("by_day")
    for day in MONTHS:
        land(data_dir, files, day)
        said = build(data_dir, day)
        assert "fitted on all before" in said
    assert "brought the tables of 1 November 2025 up to date" in said
    return data_dir


def test_three_months_are_the_same_at_once(three_months: Path, tmp_path: Path) -> None:
    other, _ = at_once(tmp_path, three_months, MONTHS[-1])
    assert not differences(three_months, other)


def test_a_fit_is_held_against_the_one_in_use(three_months: Path) -> None:
    path = three_months / "warehouse" / "shop" / "build.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        in_use = connection.execute(
            "select fit_date, refit_verdict, refit_gain "
            "from ml_propensity__coefficients where feature = 'intercept'"
        ).fetchone()
        told = connection.execute(
            "select value from rpt_model_quality where split = 'refit'"
        ).fetchall()
    kept = {MONTHS[-1]: "new fit", MONTHS[-2]: "kept the model in use"}
    assert in_use[1] == kept[in_use[0]]
    assert told == ([] if in_use[2] is None else [(in_use[2],)])


@pytest.fixture(scope="module")
def ten_days(
    three_months: Path, files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    data_dir = tmp_path_factory.mktemp("ten_days") / "data"
    shutil.copytree(three_months, data_dir)
    for day in DAYS:
        land(data_dir, files, day)
        said = build(data_dir, day)
        assert "kept the models of 1 December 2025" in said
        assert "brought the tables of" in said
    return data_dir


def test_ten_days_are_the_same_at_once(ten_days: Path, tmp_path: Path) -> None:
    other, said = at_once(tmp_path, ten_days, DAYS[-1])
    assert "kept the models of 1 December 2025" in said
    assert "brought" not in said
    assert not differences(ten_days, other)


def test_dbt_parses_nothing_again_the_next_day(
    three_months: Path, ten_days: Path
) -> None:
    parsed = Path("warehouse") / "shop" / "target" / "partial_parse.msgpack"
    assert (ten_days / parsed).read_bytes() == (three_months / parsed).read_bytes()


def test_what_is_told_otherwise_of_a_product_reaches_the_past(ten_days: Path) -> None:
    path = ten_days / "warehouse" / "shop" / "build.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        kept = connection.execute(
            "select count(distinct days.item_id), bool_and(items.is_merchandise) "
            "from feat_customer_item_days as days "
            "inner join core_items as items using (item_id) "
            "where items.category in ('Gift cards', 'Sundries') "
            "and days.category = items.category"
        ).fetchone()
        told = connection.execute(
            "select count(*) from core_items where not is_merchandise "
            "and category = 'Gift cards'"
        ).fetchone()
    assert kept == (1, True)
    assert told == (1,)


def test_another_name_of_a_product_reaches_lists_that_stay(ten_days: Path) -> None:
    path = ten_days / "warehouse" / "shop" / "build.duckdb"
    names = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        for table, column in (
            ("fct_recommendations", "item_name"),
            ("fct_item_neighbours", "neighbour_item_name"),
        ):
            item_id = column.replace("_name", "_id")
            names[table] = connection.execute(
                f"select distinct {column} from {table} where {item_id} in "
                f"(select item_id from core_items where item_name = '{RENAMED}')"
            ).fetchall()
    assert names == {table: [(RENAMED,)] for table in names}


def test_what_is_published_day_by_day_is_the_build(ten_days: Path) -> None:
    folder = ten_days / "warehouse" / "shop"
    with duckdb.connect() as connection:
        for alias, name in (("build", "build"), ("published", "covey")):
            path = folder / f"{name}.duckdb"
            connection.execute(f"attach '{path}' as {alias} (read_only)")
        marts = connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'published' and table_name <> 'covey_version'"
        ).fetchall()
        for (name,) in marts:
            one, other = f"from build.{name}", f"from published.{name}"
            for sql in (f"{one} except all {other}", f"{other} except all {one}"):
                assert connection.execute(sql).fetchall() == [], name
    assert len(marts) > 30


def test_late_rows_are_counted(ten_days: Path) -> None:
    path = ten_days / "warehouse" / "shop" / "covey.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        late, first = connection.execute(
            "select sum(late_rows), min(late_from_date) from rpt_data_quality"
        ).fetchone()
    assert late > 0
    assert first < MONTHS[-1]


def test_the_same_day_twice_changes_nothing(ten_days: Path) -> None:
    current = ten_days / "warehouse" / "shop" / "covey.duckdb"
    before = current.stat().st_ino
    assert "nothing changed since version" in build(ten_days, DAYS[-1])
    assert current.stat().st_ino == before


def test_under_a_model_that_stays_only_customers_move(ten_days: Path) -> None:
    path = ten_days / "warehouse" / "shop" / "covey.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        moved = connection.execute(
            "select reason, sum(customer_count) from fct_segment_migrations "
            f"where as_of_date >= '{DAYS[0]}' group by reason"
        ).fetchall()
        fits = connection.execute(
            "select count(distinct as_of_date) from fct_segment_events"
        ).fetchone()
    assert dict(moved).get("customer_moved", 0) > 0
    assert "model_moved" not in dict(moved)
    assert fits == (len(MONTHS),)
