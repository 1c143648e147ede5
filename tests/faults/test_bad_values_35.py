"""Case 35: one customer, all values equal, no positives, all positives, zero rows.

And a retailer with one product, and a shop that opened last week. Each is built as a
user would build it. Nothing crashes, and readiness says what is left out and why.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import Built, copy_project, run_covey
from faults import tiny_shop

PROPENSITY = "propensity:lapse_90d"
NEW, AGAIN = "recommendations:new_for_you", "recommendations:buy_again"
# Nobody in these shops buys two things in one order.
TOGETHER, NO_BASKETS = "baskets:together", {"baskets:together": "several_item_rate"}


@dataclass(frozen=True)
class Expected:
    """What readiness should say of a business.

    Parameters
    ----------
    left_out : outputs that are withheld, with a check that says why
    replaced : outputs for which a simple rule stands in, likewise
    ready : outputs that are published
    customer_count : rows of dim_customers, which nothing withholds
    """

    left_out: dict[str, str]
    replaced: dict[str, str]
    ready: tuple[str, ...]
    customer_count: int


EXPECTED = {
    "one_customer": Expected(
        {
            "rfm": "buyer_count",
            "segments": "buyer_count",
            PROPENSITY: "eligible_customer_count",
            NEW: "listable_item_count",
            AGAIN: "listable_item_count",
        },
        {},
        (),
        1,
    ),
    "all_equal": Expected(
        {
            "rfm": "largest_tie_rate",
            "segments": "distinct_customer_count",
            PROPENSITY: "largest_tie_rate",
            NEW: "item_count",
            AGAIN: "listable_item_count",
        },
        {},
        (),
        40,
    ),
    "no_positives": Expected(
        {PROPENSITY: "positive_customer_count"},
        {},
        ("rfm", "segments", NEW, AGAIN),
        80,
    ),
    "all_positives": Expected(
        {
            PROPENSITY: "negative_customer_count",
            NEW: "listable_item_count",
            AGAIN: "repeat_purchase_rate",
        },
        {},
        ("rfm", "segments"),
        90,
    ),
    "single_product": Expected(
        {NEW: "item_count", AGAIN: "listable_item_count"},
        {},
        ("rfm", "segments", PROPENSITY),
        150,
    ),
    "five_days": Expected(
        {
            "rfm": "history_days",
            "segments": "history_days",
            PROPENSITY: "closed_cut_off_count",
            AGAIN: "history_days",
        },
        {NEW: "history_days"},
        (),
        200,
    ),
}
# The rows of each output in the published file.
ROWS = {
    "rfm": "dim_customers where recency_score is not null",
    "segments": "dim_segments",
    PROPENSITY: "fct_propensity_scores",
    NEW: "fct_recommendations where list_name = 'new_for_you'",
    AGAIN: "fct_recommendations where list_name = 'buy_again'",
    TOGETHER: "fct_basket_rules",
}


@pytest.fixture(scope="module", params=EXPECTED)
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Built, Expected]:
    """One tiny business, landed, built and published by the command line."""
    name = request.param
    place = tmp_path_factory.mktemp(name)
    tiny_shop.write_shop(place / "files", getattr(tiny_shop, name)())
    folder = str(place / "files")
    run_covey(place, "-b", "shop", "land", "shop", folder, "--no-card")
    run = run_covey(place, "-b", "shop", "build")
    return Built("shop", place, run.stdout), EXPECTED[name]


def count(built: Built, rows: str) -> int:
    return built.query(f"select count(*) from {rows}", published=True)[0][0]


def unmet_checks(built: Built) -> dict[str, set[str]]:
    """What was left out or replaced, and the checks that say so."""
    rows = built.query(
        """
        select output, check_name from rpt_readiness
        where kind = 'check' and not is_ready and not is_met and consequence <> 'note'
        """,
        published=True,
    )
    unmet: dict[str, set[str]] = {}
    for output, check_name in rows:
        unmet.setdefault(output, set()).add(check_name)
    return unmet


def assert_no_nan(built: Built) -> None:
    columns = built.query(
        "select table_name, column_name from duckdb_columns() "
        "where not internal and data_type in ('DOUBLE', 'FLOAT')",
        published=True,
    )
    assert len(columns) > 10
    bad = [
        f"{table}.{column}"
        for table, column in columns
        if count(built, f'"{table}" where not isfinite("{column}")')
    ]
    assert not bad


def assert_people_get_answers(built: Built, customer: str | None = None) -> None:
    """Every command that reads a published file still answers."""
    business = ("-b", built.business)
    for command in ("segments", "quality", "readiness"):
        run_covey(built.data_dir, *business, command)
    if customer:
        for command in ("lookup", "why", "recommend"):
            run_covey(built.data_dir, *business, command, customer)
    page = built.data_dir / "report.html"
    run_covey(built.data_dir, *business, "report", "--output", str(page))
    assert "What can these records not say yet?" in page.read_text("utf-8")


def test_35_what_cannot_be_known_is_left_out_and_said(
    shop: tuple[Built, Expected],
) -> None:
    built, expected = shop
    unmet = unmet_checks(built)
    left_out = {**expected.left_out, **NO_BASKETS}
    expected_unmet = {**left_out, **expected.replaced}
    assert set(unmet) == set(expected_unmet)
    for output, check_name in expected_unmet.items():
        assert check_name in unmet[output], output
    found = {output: count(built, rows) for output, rows in ROWS.items()}
    for output, rows in found.items():
        assert (rows == 0) == (output in left_out), (output, found)
    assert set(expected.ready) == set(ROWS) - set(expected_unmet)
    assert count(built, "dim_customers") == expected.customer_count


def test_35_nothing_published_is_nan_or_of_what_is_left_out(
    shop: tuple[Built, Expected],
) -> None:
    built, expected = shop
    assert_no_nan(built)
    if NEW not in expected.ready:
        assert count(built, "fct_item_neighbours where method <> 'content'") == 0
    if PROPENSITY not in expected.ready:
        assert count(built, "fct_score_reasons") == 0
        assert count(built, "rpt_score_deciles") == 0
        assert count(built, "dim_customers where outcome_probability is not null") == 0
    names = {row[0] for row in built.query("select segment_name from dim_customers")}
    assert ("No segment" in names) == ("segments" in expected.left_out)
    for output in expected.left_out:
        subject = output.partition(":")[2] or output
        quality = f"rpt_model_quality where subject = '{subject}' and is_published"
        assert count(built, quality) == 0, output


def test_35_people_get_answers_and_the_reason(shop: tuple[Built, Expected]) -> None:
    built, expected = shop
    assert_people_get_answers(built, "C0001")
    said = run_covey(built.data_dir, "-b", "shop", "readiness", "--json").stdout
    decisions = {each["output"]: each for each in json.loads(said)["outputs"]}
    for output, check_name in expected.left_out.items():
        assert decisions[output]["decision"] == "withheld"
        checks = {each["check_name"]: each for each in decisions[output]["checks"]}
        assert checks[check_name]["reason"]
        assert checks[check_name]["explanation"].endswith(("needed", "allowed"))


def test_35_zero_rows(tmp_path: Path) -> None:
    """The sample shop on the day before its first customer."""
    project = copy_project(tmp_path)
    for seed in (project / "seeds" / "sample").glob("*.csv"):
        header, *rows = seed.read_text().splitlines()
        kept = []
        if seed.stem.endswith("landings"):
            place = header.split(",").index("input_rows")
            cells = [row.split(",") for row in rows]
            kept = [",".join([*row[:place], "0", *row[place + 1 :]]) for row in cells]
        seed.write_text("\n".join([header, *kept]) + "\n")
    data_dir = tmp_path / "data"
    run = run_covey(data_dir, "build", project=project)
    built = Built("sample", data_dir, run.stdout)
    outputs = {
        output.replace("lapse_90d", "lapse_60d"): rows for output, rows in ROWS.items()
    }
    assert set(unmet_checks(built)) == set(outputs)
    assert all(count(built, rows) == 0 for rows in outputs.values())
    assert count(built, "rpt_readiness where not is_ready") > 10
    assert count(built, "rpt_readiness where kind = 'proposal'") == 0
    assert_no_nan(built)
    assert_people_get_answers(built)
