"""The dirty retailer: each planted kind is in the sheets as the truth says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from covey.synthetic import Retailer, make_retailer, write_retailer
from covey.synthetic.retailer import COLUMNS, FEES


@pytest.fixture(scope="module")
def retailer() -> Retailer:
    return make_retailer(400, seed=5)


@pytest.fixture(scope="module")
def lines(retailer: Retailer) -> pd.DataFrame:
    """Every line of both sheets beside its truth."""
    sheets = [
        sheet.assign(file=name, row=range(1, len(sheet) + 1))
        for name, sheet in retailer.sheets.items()
    ]
    both = pd.concat(sheets, ignore_index=True)
    return both.merge(retailer.planted_rows, on=["file", "row"], validate="1:1")


def test_money_is_that_of_the_text(lines: pd.DataFrame) -> None:
    cents = lines["Quantity"].astype(int) * (lines["Price"].astype(float) * 100)
    assert (cents.round().astype(int) == lines["cents"]).all()


def test_totals_add_up(retailer: Retailer, lines: pd.DataFrame) -> None:
    totals = retailer.planted_totals.set_index("kind")
    assert totals["rows"].sum() == len(lines)
    assert totals["cents"].sum() == lines["cents"].sum()
    assert totals.loc["repeated", "rows"] == lines["is_repeated"].sum()


def test_the_sheets_overlap_by_nine_days(lines: pd.DataFrame) -> None:
    first, second = (sheet for _, sheet in lines.groupby("file"))
    repeated = second[second["is_repeated"]]
    in_both = first.merge(second, on=list(COLUMNS))
    assert len(in_both) == len(repeated) > 100
    days = pd.to_datetime(repeated["InvoiceDate"])
    assert (days.max().normalize() - days.min().normalize()).days == 8
    assert not second[~second["is_repeated"]][
        "InvoiceDate"
    ].min() < days.max().isoformat(" ")


def test_no_line_of_a_sheet_is_there_twice(retailer: Retailer) -> None:
    for sheet in retailer.sheets.values():
        assert list(sheet.columns) == list(COLUMNS)
        assert not sheet.duplicated(["Invoice", "StockCode"]).any()


def test_each_kind_looks_as_it_should(lines: pd.DataFrame) -> None:
    kinds = dict(list(lines.groupby("kind")))
    assert set(kinds) == {
        *("sale", "no_customer", "cancellation", "fee", "write_off", "bad_debt"),
        *("free", "test_order"),
    }
    assert kinds["cancellation"]["Invoice"].str.startswith("C").all()
    assert (kinds["cancellation"]["cents"] < 0).all()
    assert set(kinds["fee"]["StockCode"]) == set(FEES)
    assert kinds["bad_debt"]["Invoice"].str.startswith("A").all()
    assert (kinds["bad_debt"]["Description"] == "Adjust bad debt").all()
    assert (kinds["bad_debt"]["cents"] < 0).all()
    assert (kinds["write_off"]["Quantity"].astype(int) < 0).all()
    assert (
        kinds["write_off"]["Description"].str.contains("damaged|lost", case=False).all()
    )
    assert (kinds["free"]["cents"] == 0).all()
    assert kinds["test_order"]["StockCode"].str.startswith("TEST").all()
    for kind in ("no_customer", "write_off", "bad_debt"):
        assert kinds[kind]["Customer ID"].isna().all()
    for kind in ("sale", "cancellation", "free", "test_order"):
        assert kinds[kind]["Customer ID"].notna().all()
    assert 0.2 < lines["Customer ID"].isna().mean() < 0.3
    sold = lines[lines["kind"].isin(["sale", "no_customer"])]
    assert not sold["Invoice"].str.match(r"\D").any()
    assert (sold["cents"] > 0).all()


def test_the_same_seed_makes_the_same_retailer(
    retailer: Retailer, tmp_path: Path
) -> None:
    again = make_retailer(400, seed=5)
    for name, sheet in retailer.sheets.items():
        pd.testing.assert_frame_equal(sheet, again.sheets[name])
    files = write_retailer(retailer, tmp_path)
    assert [file.name for file in files] == [
        *("sales_2024.csv", "sales_2025.csv", "rows.csv", "totals.csv")
    ]
    read = pd.read_csv(files[0], dtype=str)
    pd.testing.assert_frame_equal(
        read.fillna(""),
        retailer.sheets["sales_2024"].fillna("").astype(object),
        check_dtype=False,
    )


@pytest.mark.parametrize("n_customers", [1, 3])
def test_a_tiny_retailer_is_one_too(n_customers: int) -> None:
    assert len(make_retailer(n_customers, seed=1).planted_rows) > 10


def test_nobody_makes_no_retailer() -> None:
    with pytest.raises(ValueError, match="n_customers"):
        make_retailer(0, seed=1)
