"""The synthetic shop: layout, faults as recorded, files, and the committed sample."""

from __future__ import annotations

import csv
import hashlib
import hmac
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from covey.synthetic import Shop, make_shop, write_sample, write_shop
from covey.synthetic.faults import FAULT_SHARES, WHOLE_ORDER_KINDS, fault_count

ROOT = Path(__file__).parents[2]
COLUMNS = {
    "customers": (
        "customer_id email signed_up_at birth_year gender region country_code "
        "has_marketing_consent updated_at"
    ),
    "products": (
        "product_id product_name product_type category brand unit_price released_on "
        "description"
    ),
    "order_lines": (
        "order_id line_number customer_id product_id ordered_at quantity unit_price "
        "discount_amount currency_code status channel"
    ),
    "events": (
        "event_id customer_id product_id event_type occurred_at rating text channel"
    ),
}
EVENT_TYPES = {
    "view",
    "cart",
    "share",
    "favourite",
    "rating",
    "review",
    "support",
    "contact",
    "redemption",
}
ADDING_KINDS = {
    "exact_duplicate",
    "key_duplicate",
    "fee_line",
    "test_order",
    "returned",
}
LAST_DATE = date(2026, 1, 1)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return make_shop(500, seed=3)


@pytest.fixture(scope="module")
def clean_shop() -> Shop:
    return make_shop(500, seed=3, faults=False)


def rows_of(shop: Shop, table: str, kind: str) -> pd.DataFrame:
    faults = shop.planted_faults
    chosen = faults[(faults["file"] == table) & (faults["kind"] == kind)]
    return getattr(shop, table).iloc[chosen["row"] - 1]


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_are_those_of_the_contract(shop: Shop, table: str) -> None:
    assert list(getattr(shop, table).columns) == COLUMNS[table].split()


def test_same_seed_same_shop_other_seed_other_shop(shop: Shop) -> None:
    again = make_shop(500, seed=3)
    for name in (*COLUMNS, "planted_customers", "planted_products", "planted_faults"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(shop, name))
    assert not make_shop(500, seed=4).order_lines.equals(shop.order_lines)


def test_catalogue_reads_like_a_shop(clean_shop: Shop) -> None:
    products = clean_shop.products
    assert products["product_name"].is_unique
    assert products["product_type"].nunique() == 60
    assert products["category"].nunique() == 12
    assert products["unit_price"].astype(float).between(0.4, 150).all()
    for name, brand, product_type in zip(
        products["product_name"],
        products["brand"],
        products["product_type"],
        strict=True,
    ):
        assert name.startswith(brand) and name.endswith(product_type)


def test_clean_shop_has_no_fault(clean_shop: Shop) -> None:
    lines, events = clean_shop.order_lines, clean_shop.events
    assert clean_shop.planted_faults.empty
    assert not lines.isna().any(axis=None)
    assert not lines.duplicated(["order_id", "line_number"]).any()
    assert not lines.duplicated(["order_id", "product_id"]).any()
    assert set(lines["status"]) == {"completed"}
    assert set(lines["currency_code"]) == {"EUR"}
    assert lines["quantity"].astype(int).min() >= 1
    assert lines["ordered_at"].is_monotonic_increasing
    assert lines["ordered_at"].max() < str(LAST_DATE)
    assert events["event_id"].is_unique
    assert events["occurred_at"].is_monotonic_increasing
    assert set(events["event_type"]) == EVENT_TYPES
    has_stars = events["event_type"].isin(["rating", "review"])
    assert events["rating"].notna().equals(has_stars)
    for frame in (lines, events):
        assert frame["customer_id"].isin(clean_shop.customers["customer_id"]).all()
        known = frame["product_id"].isin(clean_shop.products["product_id"])
        assert (known | frame["product_id"].isna()).all()


def test_discount_is_below_what_is_paid(clean_shop: Shop) -> None:
    lines = clean_shop.order_lines
    full = lines["quantity"].astype(int) * lines["unit_price"].astype(float)
    assert (lines["discount_amount"].astype(float) < full).all()


@pytest.mark.parametrize("table", COLUMNS)
def test_fault_counts_are_known(shop: Shop, clean_shop: Shop, table: str) -> None:
    clean = getattr(clean_shop, table)
    faults = shop.planted_faults[shop.planted_faults["file"] == table]
    assert faults["row"].is_unique, "a row with two faults"
    assert set(faults["kind"]) == set(FAULT_SHARES[table])
    counts = faults["kind"].value_counts()
    for kind in FAULT_SHARES[table]:
        if kind in ("cancelled", "missing_customer") and table == "order_lines":
            expected = fault_count(table, kind, clean["order_id"].nunique())
            assert rows_of(shop, table, kind)["order_id"].nunique() == expected
            continue
        total = len(clean)
        if table == "order_lines" and kind in WHOLE_ORDER_KINDS:
            total = clean["order_id"].nunique()
        assert counts[kind] == fault_count(table, kind, total), kind


@pytest.mark.parametrize("table", COLUMNS)
def test_rows_without_a_fault_are_the_clean_rows(
    shop: Shop, clean_shop: Shop, table: str
) -> None:
    clean, dirty = getattr(clean_shop, table), getattr(shop, table)
    faults = shop.planted_faults[shop.planted_faults["file"] == table]
    added = faults["kind"].isin(ADDING_KINDS).sum()
    assert len(dirty) == len(clean) + added
    rest = dirty.drop(index=faults["row"] - 1)
    found = rest.merge(clean, how="left", indicator=True)
    assert (found["_merge"] == "both").all()
    assert not rest.duplicated().any()


def test_order_faults_are_what_they_are_called(shop: Shop) -> None:
    def rows(kind: str) -> pd.DataFrame:
        return rows_of(shop, "order_lines", kind)

    lines = shop.order_lines
    key = ["order_id", "line_number"]
    is_later = lines.duplicated(key)
    assert is_later[rows("exact_duplicate").index].all()
    assert lines.duplicated()[rows("exact_duplicate").index].all()
    assert is_later[rows("key_duplicate").index].all()
    assert not lines.duplicated(keep=False)[rows("key_duplicate").index].any()
    assert is_later.sum() == len(rows("exact_duplicate")) + len(rows("key_duplicate"))
    assert set(rows("missing_customer")["channel"]) == {"store"}
    assert rows("missing_customer")["customer_id"].isna().all()
    assert lines["customer_id"].isna().sum() == len(rows("missing_customer"))
    assert set(rows("cancelled")["status"]) == {"cancelled"}
    assert set(rows("fee_line")["product_id"]) == {"POST", "FEE"}
    assert rows("test_order")["customer_id"].str.startswith("TEST").all()
    assert rows("test_order")["order_id"].str.startswith("TEST").all()
    returned = rows("returned")
    assert set(returned["status"]) == {"returned"}
    assert (returned["quantity"].astype(int) < 0).all()
    assert returned["order_id"].is_unique
    assert not returned["order_id"].isin(lines["order_id"].drop(returned.index)).any()
    assert rows("missing_value").isna().any(axis=1).all()
    as_numbers = rows("text_in_number")[["quantity", "unit_price"]].apply(
        pd.to_numeric, errors="coerce"
    )
    assert as_numbers.isna().any(axis=1).all()
    assert set(rows("nan_number")["unit_price"]) == {"NaN", "inf"}
    assert (rows("negative_price")["unit_price"].astype(float) < 0).all()
    assert (rows("future_date")["ordered_at"] > str(LAST_DATE)).all()
    times = pd.to_datetime(
        rows("impossible_date")["ordered_at"],
        format="%Y-%m-%d %H:%M:%S",
        errors="coerce",
    )
    assert not (times > "1901-01-01").any()
    assert (
        not rows("orphan_product")["product_id"].isin(shop.products["product_id"]).any()
    )


def test_late_rows_stand_behind_younger_ones(shop: Shop) -> None:
    for table, column in (("order_lines", "ordered_at"), ("events", "occurred_at")):
        frame = getattr(shop, table)
        late = rows_of(shop, table, "late_row")
        month = pd.Timedelta(days=25)
        for row, moment in late[column].items():
            before = frame[column].iloc[max(row - 60, 0) : row].dropna()
            before = pd.to_datetime(before, errors="coerce")
            assert before.median() - pd.Timestamp(moment) > month, (table, row)


def test_customer_and_event_faults_are_what_they_are_called(shop: Shop) -> None:
    shouted = rows_of(shop, "customers", "email_case")["email"]
    assert (shouted != shouted.str.lower()).all()
    calm = shop.customers["email"].drop(shouted.index)
    assert (calm == calm.str.lower()).all()
    assert shop.customers["email"].str.lower().str.contains("@example.").all()
    again = rows_of(shop, "customers", "key_duplicate")
    for _, row in again.iterrows():
        same = shop.customers[shop.customers["customer_id"] == row["customer_id"]]
        assert len(same) == 2
        assert row["updated_at"] == same["updated_at"].max()
        assert same["region"].nunique() == 2
    events = shop.events
    copies = rows_of(shop, "events", "key_duplicate")
    assert events.duplicated("event_id")[copies.index].all()
    assert not events.duplicated(keep=False)[copies.index].any()
    stars = rows_of(shop, "events", "text_in_number")["rating"]
    assert pd.to_numeric(stars, errors="coerce").isna().all()


def test_written_files_read_back_and_rows_are_numbered_as_in_the_file(
    shop: Shop, tmp_path: Path
) -> None:
    written = write_shop(shop, tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in written} == {
        *(f"{table}.csv" for table in COLUMNS),
        *(f"truth/{name}.csv" for name in ("customers", "products", "faults")),
    }
    for table in COLUMNS:
        back = pd.read_csv(
            tmp_path / f"{table}.csv", dtype=str, keep_default_na=False, na_values=[""]
        )
        pd.testing.assert_frame_equal(back, getattr(shop, table), check_dtype=False)
    with (tmp_path / "order_lines.csv").open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    faults = pd.read_csv(tmp_path / "truth" / "faults.csv")
    orders = faults[(faults["file"] == "order_lines") & (faults["kind"] == "cancelled")]
    assert all(records[row - 1]["status"] == "cancelled" for row in orders["row"])
    assert sum(record["status"] == "cancelled" for record in records) == len(orders)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [({"n_customers": 0}, "n_customers is 0"), ({"n_days": 10}, "n_days is 10")],
)
def test_impossible_arguments_are_named(arguments: dict[str, int], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        make_shop(**{"n_customers": 10, "seed": 1, **arguments})


def test_committed_sample_is_what_write_sample_writes(tmp_path: Path) -> None:
    written = write_sample(tmp_path)
    committed = ROOT / "seeds" / "sample"
    assert len(written) == 5
    for path in written:
        assert path.read_bytes() == (committed / path.name).read_bytes(), path.name


def test_sample_is_as_landed() -> None:
    folder = ROOT / "seeds" / "sample"
    paths = sorted(folder.glob("sample_shop__*.csv"))
    assert sum(path.stat().st_size for path in paths) < 700_000
    frames = {
        path.stem.removeprefix("sample_shop__"): pd.read_csv(path, dtype=str)
        for path in paths
    }
    landings = frames.pop("landings").set_index("table_name")
    assert set(frames) == set(COLUMNS) == set(landings.index)
    first = hmac.new(b"covey-demo-key", b"shop:C000001", hashlib.sha256).hexdigest()
    assert frames["customers"]["customer_id"].iloc[0] == first[:32]
    for table, frame in frames.items():
        expected = [name for name in COLUMNS[table].split() if name != "email"]
        expected += ["email_key"] if table == "customers" else []
        landing_columns = ["load_id", "source_file", "source_row"]
        landing_columns += ["landing_faults", "landing_notes"]
        assert list(frame.columns) == [*expected, *landing_columns]
        landing = landings.loc[table]
        assert set(frame["load_id"]) == {landing["load_id"]}
        assert landing["load_id"] == f"000001_{landing['file_sha256'][:12]}"
        assert frame["source_row"].astype(int).tolist() == [
            *range(2, int(landing["input_rows"]) + 2)  # the header is line 1
        ]
        assert set(frame["source_file"]) == {f"{table}.csv"}
        if "customer_id" in frame:
            known = frame["customer_id"].dropna()
            assert known.str.fullmatch("[0-9a-f]{32}").all()
    assert frames["order_lines"]["customer_id"].isna().any()
    assert not any("@" in path.read_text(encoding="utf-8") for path in paths)
