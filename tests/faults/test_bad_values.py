"""Bad values, by the numbers of the list of bad input: 20 to 29, 31 to 34.

One dirty shop is landed and built once; each test asks core what became of one number.
"""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conftest import Built, copy_project, run_covey
from covey.privacy.pseudonyms import DEMO_KEY, pseudonym
from faults.dirty_shop import GOOD_LINES, HUGE_ID, LINES, write_dirty_shop

RATES = "shop,CHF,2025-01-01,1.05\nshop,CHF,2025-06-01,2.00\n"
SETTINGS = {
    "mixed_currencies": "set_aside",
    "reject_rates": {"warn": 0.5, "stop": 0.9},
}
CORE = ("seeds", "staging", "intermediate", "core")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a rate for francs and a shop that leaves dollars out."""
    project = copy_project(tmp_path_factory.mktemp("dirty"))
    with (project / "seeds" / "currency_rates.csv").open("a") as file:
        file.write(RATES)
    with (project / "businesses" / "shop.yml").open("a") as file:
        file.write(
            "".join(f"\n{key}: {json.dumps(value)}" for key, value in SETTINGS.items())
        )
    return project


def build(project: Path, data_dir: Path, **options: Any) -> Any:
    """Build what leads to core, and core; the whole would take four times as long."""
    selected = [f"--select=path:models/{room}" for room in CORE if room != "seeds"]
    seeds = ["order_rules", "currency_rates", "row_reasons", "interaction_types"]
    selected += [f"--select={seed}" for seed in (*seeds, "+feat_customer_days")]
    return run_covey(
        data_dir,
        "-b",
        "shop",
        "build",
        "--no-publish",
        *selected,
        project=project,
        **options,
    )


@pytest.fixture(scope="module")
def shop(project: Path) -> Built:
    """The dirty shop, built as far as core and the customers' days."""
    data_dir = project.parent / "data"
    folder = write_dirty_shop(data_dir / "made")
    land = ("-b", "shop", "land", "shop", str(folder), "--no-card")
    run_covey(data_dir, *land, project=project)
    return Built("shop", data_dir, build(project, data_dir).stdout)


def reasons(shop: Built, order_id: str) -> str | None:
    """Why a planted line was rejected; none if it was not."""
    rows = shop.query(
        "select reject_reasons from core_rejected_rows "
        f"where row_text ->> '$.order_id' = '{order_id}'"
    )
    return rows[0][0] if rows else None


def accepted(shop: Built, order_id: str) -> dict[str, Any] | None:
    """The planted line as it stands in core; none if it is not there."""
    names = (
        "interaction_type, customer_id, item_id, occurred_at::varchar, quantity, "
        "amount, channel, currency_code"
    )
    rows = shop.query(
        f"select {names} from core_interactions where order_id = 'shop:{order_id}'"
    )
    keys = [name.split("::")[0].strip() for name in names.split(",")]
    return dict(zip(keys, rows[0], strict=True)) if rows else None


def counted(shop: Built, reason: str) -> tuple[int, Decimal]:
    """Rows and money of a reason among the order lines."""
    (row,) = shop.query(
        "select row_count, amount from core_row_reasons "
        f"where table_name = 'order_lines' and reason = '{reason}'"
    )
    return row


@pytest.mark.parametrize(
    ("order_id", "reason"),
    [
        ("03-control-character", "control_character"),
        ("20-text-quantity", "bad_quantity"),
        ("20-fraction", "bad_quantity"),
        ("20-thousands", "bad_price"),
        ("20-month-13", "bad_time"),
        ("21-slashes", "bad_time"),
        ("21-year-first-slashes", "bad_time"),
        ("22-future", "after_as_of_date"),
        ("22-year-1", "bad_time"),
        ("22-year-1900", "bad_time"),
        ("23-nan", "bad_price"),
        ("23-inf", "bad_price"),
        ("23-1e400", "bad_price"),
        ("23-barcode", "amount_out_of_range"),
        ("25-zero", "bad_quantity"),
        ("25-negative-sale", "sale_below_zero"),
        ("25-negative-price", "bad_price"),
        ("26-never-left", "cancelled"),
        ("26-write-off", "write_off"),
        ("test-26", "test_order"),
        ("28-dollar", "other_currency"),
        ("29-infinity", "bad_time"),
        ("29-epoch", "bad_time"),
        ("33-formula", "bad_quantity"),
    ],
)
def test_what_cannot_be_believed_is_rejected(
    shop: Built, order_id: str, reason: str
) -> None:
    assert reasons(shop, order_id) == reason
    assert accepted(shop, order_id) is None


def test_20_23_a_rating_that_is_no_number_is_rejected(shop: Built) -> None:
    rows = shop.query(
        "select row_text ->> '$.event_id', reject_reasons from core_rejected_rows "
        "where table_name = 'events' order by 1"
    )
    assert rows == [("20-rating", "bad_rating"), ("23-rating", "bad_rating")]


@pytest.mark.parametrize("product_id", ["000123", HUGE_ID])
def test_24_ids_are_text_and_kept_exactly(shop: Built, product_id: str) -> None:
    order_id = HUGE_ID if product_id == HUGE_ID else "24-000123"
    row = accepted(shop, order_id)
    assert row is not None
    assert row["item_id"] == f"shop:{product_id}"
    assert shop.query(
        f"select item_name from core_items where item_id = 'shop:{product_id}'"
    ) == [(f"Thing {product_id}",)]


def test_25_a_return_takes_its_money_off(shop: Built) -> None:
    row = accepted(shop, "25-return")
    assert row is not None
    assert (row["interaction_type"], row["amount"]) == ("return", Decimal("-20.00"))
    assert counted(shop, "returned") == (1, Decimal("-20.00"))


def test_26_a_cancellation_is_netted_or_set_aside(shop: Built) -> None:
    row = accepted(shop, "26-taken-back")
    assert row is not None
    assert (row["interaction_type"], row["amount"]) == ("return", Decimal("-10.00"))
    assert counted(shop, "cancellation") == (1, Decimal("-10.00"))
    assert counted(shop, "cancelled") == (1, Decimal("10.00"))
    assert counted(shop, "write_off") == (1, Decimal("-30.00"))
    assert counted(shop, "test_order") == (1, Decimal("10.00"))


def test_26_postage_and_vouchers_are_money_and_no_goods(shop: Built) -> None:
    assert counted(shop, "not_merchandise") == (2, Decimal("-5.10"))
    items = shop.query("select item_id from core_items where not is_merchandise")
    assert sorted(items) == [("shop:VOUCHER",), ("shop:post",)]
    spend = "select sum(spend_amount) from feat_customer_days"
    lines = """
        select sum(amount) from core_interactions left join core_items using (item_id)
        where interaction_type = 'purchase' and is_merchandise
            and customer_id is not null
    """
    assert shop.query(spend) == shop.query(lines)


def test_27_rows_of_nobody_stay_for_the_totals(shop: Built) -> None:
    for order_id in ("27-nobody", "27-unknown-customer"):
        row = accepted(shop, order_id)
        assert row is not None
        assert (row["customer_id"], row["amount"]) == (None, Decimal("10.00"))
    assert counted(shop, "no_customer") == (1, Decimal("10.00"))
    assert counted(shop, "unknown_customer") == (1, Decimal("10.00"))
    assert counted(shop, "unknown_product") == (3, Decimal("4.90"))
    assert accepted(shop, "27-unknown-product")["item_id"] == "shop:P999"
    stranger = pseudonym(DEMO_KEY, "shop", "C999")
    for table in ("core_customers", "feat_customer_days"):
        count = f"select count(*) from {table} where customer_id = '{stranger}'"
        assert shop.query(count) == [(0,)]


def test_28_currencies_are_converted_or_never_summed(shop: Built) -> None:
    row = accepted(shop, "28-franc")
    assert row is not None
    assert (row["amount"], row["currency_code"]) == (Decimal("10.50"), "EUR")
    assert counted(shop, "converted_currency") == (1, Decimal("10.50"))
    assert counted(shop, "other_currency") == (1, None)


def test_28_a_second_currency_stops_the_build(shop: Built, project: Path) -> None:
    """The default: the message names table, currency and remedy."""
    data_dir = project.parent / "stopped"
    shutil.copytree(shop.data_dir / "data", data_dir / "data")
    file = project / "businesses" / "shop.yml"
    text = file.read_text()
    file.write_text(text.replace('mixed_currencies: "set_aside"', "").rstrip())
    try:
        run = build(project, data_dir, check=False)
    finally:
        file.write_text(text)
    assert run.returncode == 4
    sentence = "shop.order_lines mixes USD (rows: 1) with EUR"
    assert sentence in run.stderr and "seeds/currency_rates.csv" in run.stderr
    assert not Built("shop", data_dir, "").query(
        "select 1 from duckdb_tables() where table_name = 'core_interactions'"
    )


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"warn": 0.01, "stop": 0.05}, 4),
        ({"warn": 0.01, "stop": 0.05, "shop.order_lines": {"stop": 0.2}}, 0),
        ({"warn": 0.2, "stop": 0.3, "shop.customers": {"warn": 0.01}}, 0),
    ],
    ids=["stop", "warn", "adjusted"],
)
def test_too_many_rejects_warn_and_stop(
    shop: Built, project: Path, limits: dict[str, Any], code: int
) -> None:
    """Rows that only wait for the cut-off do not count."""
    file = project / "businesses" / "shop.yml"
    text = file.read_text()
    file.write_text(
        text.replace(json.dumps(SETTINGS["reject_rates"]), json.dumps(limits))
    )
    tests = ("--select=reject_rates_warn", "--select=reject_rates_stop")
    arguments = ("-b", "shop", "build", "--no-publish", *tests)
    try:
        run = run_covey(shop.data_dir, *arguments, project=project, check=False)
    finally:
        file.write_text(text)
    (counted,) = shop.query(
        "select count(*) from core_rejected_rows "
        "where table_name = 'order_lines' and reject_reasons <> 'after_as_of_date'"
    )
    assert run.returncode == code, run.stderr
    lines = (
        f"shop.order_lines: {counted[0]} of {GOOD_LINES + len(LINES) + 1} rows were "
    )
    says = [line.strip() for line in run.stderr.splitlines() if "were rejected" in line]
    if code:
        assert any(line.startswith(f"says      {lines}") for line in says)
        assert any("the limit is 5.0%), mostly bad_time (" in line for line in says)
    elif "shop.order_lines" in limits:
        assert any(line.startswith(f"warning: {lines}") for line in says)
    else:
        assert [line.split(":")[1].strip() for line in says] == ["shop.customers"]


@pytest.mark.parametrize("order_id", ["29-offset", "29-zulu"])
def test_29_an_offset_in_the_text_is_honoured(shop: Built, order_id: str) -> None:
    row = accepted(shop, order_id)
    assert row is not None
    assert row["occurred_at"] == "2025-06-02 01:04:05"


def test_31_the_newest_of_two_birth_dates_counts_and_both_are_kept(shop: Built) -> None:
    person = pseudonym(DEMO_KEY, "shop", "C001")
    birth_years = "select birth_year from core_customers where customer_id = "
    assert shop.query(f"{birth_years} '{person}'") == [(1990,)]
    other = shop.query(
        "select duplicate_kind, row_text ->> '$.birth_year' from core_duplicate_rows "
        "where table_name = 'customers'"
    )
    assert other == [("replaced_by_newer_row", "1980")]


def test_32_34_strange_texts_are_kept_as_they_are(shop: Built) -> None:
    for order_id in ("32-emoji", "34-sql"):
        row = accepted(shop, order_id)
        assert row is not None
        assert row["channel"] == LINES[order_id]["channel"]
    text = shop.query(
        "select row_text ->> '$.channel' from core_rejected_rows "
        "where row_text ->> '$.order_id' = '33-formula'"
    )
    assert text == [(LINES["33-formula"]["channel"],)]


def test_no_row_and_no_cent_vanishes(shop: Built) -> None:
    (row,) = shop.query(
        """
        select input_rows, accepted_rows, rejected_rows, duplicate_rows,
            input_amount - accepted_amount - rejected_amount - duplicate_amount
        from core_row_balance where table_name = 'order_lines'
        """
    )
    assert row[0] == GOOD_LINES + len(LINES) + 1 == sum(row[1:4])
    assert row[3:] == (1, Decimal("0.00"))
