"""From exports that nobody made for covey to `covey segments`, without writing SQL."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
import yaml

from conftest import PROJECT_DIR, Built, copy_project, run_covey, run_dbt
from end_to_end import exports

TO_SEGMENTS = ("--select", "+dim_segments", "--select", "+core_row_balance")
BUSINESSES = {
    "tea": "exports/tea",
    "bakery": "exports/bakery/jaffle-data",
    "wholesale": "exports/wholesale",
    "music": "exports/music",
}
KEY = "5e" * 32


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which `covey init` mapped four companies."""
    folder = tmp_path_factory.mktemp("init")
    project = copy_project(folder)
    (project / ".sqlfluff").write_text((PROJECT_DIR / ".sqlfluff").read_text())
    exports.write_tea_shop(project / "exports" / "tea")
    exports.write_jaffle_shop(project / "exports" / "bakery")
    exports.write_retailer(project / "exports" / "wholesale")
    exports.write_cdnow(project / "exports" / "music", folder / "wheel")
    for business, path in BUSINESSES.items():
        run_covey(project, "init", business, path, "--yes", project=project)
    return project


@pytest.fixture(scope="module")
def built(project: Path) -> Callable[..., Built]:
    """Land and build a business, or what leads to its segments, once."""
    done: dict[str, Built] = {}

    def build(business: str, *options: str) -> Built:
        if business not in done:
            land = ("land", business, BUSINESSES[business], "--no-card")
            covey(project, business, *land)
            assert covey(project, business, "check").strip() == "ok"
            output = covey(project, business, "build", *options)
            done[business] = Built(business, project, output)
        return done[business]

    return build


def covey(project: Path, business: str, *arguments: str) -> str:
    """Run the command line with a key of one's own, as a user would."""
    run = subprocess.run(
        [str(Path(sys.executable).with_name("covey")), "-b", business, *arguments],
        cwd=project,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith("COVEY_")},
            "COVEY_KEY": KEY,
            "COVEY_DATA_DIR": str(project),
            "NO_COLOR": "1",
        },
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def rows_of(project: Path, path: str) -> list[dict[str, str]]:
    with (project / "exports" / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def total(built: Built, what: str = "sum(amount)") -> Decimal:
    return built.query(f"select {what} from core_interactions")[0][0]


def segments(project: Path, business: str) -> list[dict]:
    found: list[dict] = json.loads(covey(project, business, "segments", "--json"))
    return found


def test_three_files_become_segments(
    project: Path, built: Callable[..., Built]
) -> None:
    tea = built("tea", *TO_SEGMENTS)
    sold = [
        row
        for row in rows_of(project, "tea/orders.csv")
        if row["Status"] != "cancelled"
    ]
    expected = sum(int(row["Quantity"]) * Decimal(row["Unit Price"]) for row in sold)
    assert total(tea) == expected
    assert total(tea, "count(*)") == len(sold)
    assert tea.query("select item_name from core_items where not is_merchandise") == [
        ("Postage",)
    ]
    assert tea.query(
        "select sum(customer_count), count(*) filter (segment_name = 'Champions') "
        "from dim_segments"
    ) == [(len({row["Customer ID"] for row in sold}), 1)]


def test_names_and_addresses_of_people_stay_at_the_door(
    project: Path, built: Callable[..., Built]
) -> None:
    tea = built("tea", *TO_SEGMENTS)
    sources = (project / "models/staging/tea/_tea__sources.yml").read_text()
    for column in ("full_name", "e_mail", "phone"):
        assert re.search(rf"name: {column}\n +config: .*personal: contact", sources)
    for (table,) in tea.query(
        "select distinct table_name from duckdb_columns() where not internal"
    ):
        hits = f"select count(*) from {table} as t where t::varchar ilike '%secret%'"
        assert tea.query(hits) == [(0,)], table
    keys = tea.query("select key_type, count(*) from core_identity_keys group by 1")
    assert dict(keys) == {"email": 150, "phone": 150}


def test_a_header_with_lines_and_a_price_list(
    project: Path, built: Callable[..., Built]
) -> None:
    bakery = built("bakery")
    orders = rows_of(project, "bakery/jaffle-data/raw_orders.csv")
    lines = rows_of(project, "bakery/jaffle-data/raw_items.csv")
    tweets = rows_of(project, "bakery/jaffle-data/raw_tweets.csv")
    assert total(bakery) == sum(int(order["subtotal"]) for order in orders)
    assert dict(
        bakery.query(
            "select interaction_type, count(*) from core_interactions group by 1"
        )
    ) == {"purchase": len(lines), "share": len(tweets)}
    assert segments(project, "bakery")
    customers = rows_of(project, "bakery/jaffle-data/raw_customers.csv")
    with duckdb.connect(str(bakery.published_path), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
        names = [row["name"] for row in customers]
        for (table,) in tables:
            rows = connection.execute(f"from {table}").fetchall()
            found = {str(value) for row in rows for value in row}
            told = {name for name in names if any(name in text for text in found)}
            assert not told, table


def test_a_flat_file_with_everything_that_is_wrong_with_one(
    project: Path, built: Callable[..., Built]
) -> None:
    wholesale = built("wholesale", *TO_SEGMENTS)
    both = [
        tuple(row.values())
        for year in (2010, 2011)
        for row in rows_of(project, f"wholesale/Online Retail {year}.csv")
    ]
    once = set(both)
    kept = [row for row in once if row[1] != "B"]
    worth = sum(int(row[3]) * Decimal(row[5]) for row in kept)
    assert total(wholesale) == worth
    balance = wholesale.query(
        "select sum(input_rows), sum(accepted_rows), sum(rejected_rows), "
        "sum(duplicate_rows) from core_row_balance"
    )
    written_off = len(once) - len(kept)
    assert balance == [(len(both), len(kept), written_off, len(both) - len(once))]
    assert wholesale.query(
        "select count(*), bool_and(amount < 0) from core_interactions "
        "where interaction_type = 'return'"
    ) == [(sum(row[0].startswith("C") for row in kept), True)]
    assert wholesale.query(
        "select list(item_name order by item_name) from core_items "
        "where not is_merchandise"
    ) == [(["Manual", "POSTAGE"],)]
    nobody = sum(not row[6] for row in kept)
    assert total(wholesale, "count(*) filter (customer_id is null)") == nobody
    assert wholesale.query("select count(*) > 1 from dim_segments") == [(True,)]


def test_purchases_without_an_order_or_an_item(
    project: Path, built: Callable[..., Built]
) -> None:
    """Two equal purchases of a day are two: docs/decisions say why."""
    music = built("music")
    rows = rows_of(project, "music/cdnow.csv")
    assert len(rows) - len({tuple(row.values()) for row in rows}) == 255
    assert total(music, "count(*)") == len(rows) == 69_659
    assert total(music) == Decimal("2500315.63")
    assert total(music, "count(*) filter (amount = 0)") == 80
    days = {(row["customer_id"], row["date"]) for row in rows}
    assert total(music, "count(distinct order_id)") == len(days)
    assert len(segments(project, "music")) == 5


def test_a_second_file_that_overlaps_adds_only_what_is_new(project: Path) -> None:
    """The same purchases again are no second purchases, the nth of a day is the nth."""
    write = exports.write_csv
    header = ["customer_id", "date", "amount"]
    week = [["1", "20260101", "5.00"]] * 2 + [["2", "20260102", "7.00"]]
    folder = project / "exports" / "kiosk"
    write(folder / "sales_1.csv", header, week)
    write(folder / "sales_2.csv", header, [*week, ["1", "20260103", "5.00"]])
    run_covey(project, "init", "kiosk", "exports/kiosk", "--yes", project=project)
    covey(project, "kiosk", "land", "kiosk", "exports/kiosk", "--no-card")
    covey(project, "kiosk", "build", "--select", "+path:models/core")
    kiosk = Built("kiosk", project, "")
    assert kiosk.query(
        "select sum(accepted_rows), sum(duplicate_rows), sum(accepted_amount) "
        "from core_row_balance"
    ) == [(4, 3, Decimal("22.00"))]


def module_of(test: str, project: Path) -> ModuleType:
    """The architecture tests, about another checkout."""
    path = PROJECT_DIR / "tests" / "architecture" / f"{test}.py"
    spec = importlib.util.spec_from_file_location(f"{test}_of_copy", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.PROJECT_DIR = project  # type: ignore[attr-defined]
    return module


def all_sources(project: Path) -> dict[str, list[str]]:
    return {
        business: yaml.safe_load(
            (project / "businesses" / f"{business}.yml").read_text()
        )["sources"][business]
        for business in BUSINESSES
    }


def test_what_it_writes_keeps_to_the_architecture(
    project: Path, tmp_path: Path
) -> None:
    vars_ = {"business": "all_sources", "sources": all_sources(project)}
    run_dbt(tmp_path, "parse", "--vars", json.dumps(vars_), project=project)
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text())
    nodes = {**manifest["nodes"], **manifest["sources"]}
    models = {
        unique_id: node
        for unique_id, node in nodes.items()
        if node["resource_type"] in ("model", "seed", "source")
    }
    assert any(node["name"] == "stg_bakery__raw_items" for node in models.values())
    rooms = module_of("test_rooms", project)
    rooms.test_models_ref_only_the_rooms_that_they_may(models)
    rooms.test_industry_words_end_at_the_core(models)
    rooms.test_every_model_states_its_grain(models)
    rooms.test_every_model_has_a_key_test(manifest, models)
    rooms.test_public_models_are_contracted(models)
    # By name; what a file of customers calls `name` is not what a report calls so, and
    # the tests above look at the values.
    models.pop("source.covey.bakery.raw_customers")
    rooms.test_no_personal_column_is_published(models)
    modules = module_of("test_modules", project)
    modules.test_models_are_short()
    modules.test_models_have_no_control_flow()


def test_what_it_writes_has_the_house_style(project: Path) -> None:
    folders = [
        f"models/{room}/{business}"
        for room in ("staging", "intermediate")
        for business in BUSINESSES
    ]
    lint = subprocess.run(
        [str(Path(sys.executable).with_name("sqlfluff")), "lint", "-v", *folders],
        cwd=project,
        capture_output=True,
        text=True,
    )
    assert lint.returncode == 0, (lint.stdout + lint.stderr)[-6000:]
    assert "stg_bakery__raw_items.sql] PASS" in lint.stdout
