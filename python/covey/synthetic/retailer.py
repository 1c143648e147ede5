"""A dirty retailer: two yearly sheets of flat invoice lines, and the truth behind them.

It has the faults of the public "Online Retail" workbooks: cancellations as invoices
that begin with C, postage and fees among the products, write-offs below zero, bad
debts, a quarter of the lines without a customer, and nine days that both sheets have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from covey.synthetic.shop import make_shop

COLUMNS = (
    "Invoice",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "Price",
    "Customer ID",
    "Country",
)
OVERLAP_DAYS = 9
N_DAYS = 730
FEES = {
    "POST": "POSTAGE",
    "DOT": "DOTCOM POSTAGE",
    "M": "Manual",
    "BANK CHARGES": "Bank Charges",
    "AMAZONFEE": "AMAZON FEE",
}
WRITE_OFF_WORDS = ("damaged", "lost", "damaged stock", "Lost in space")
COUNTRIES = {"DE": "Germany", "AT": "Austria", "NL": "Netherlands"}
# Shares of the sale lines, or of the invoices for what befalls whole invoices.
NOBODY_SHARE = 0.25
SHARES = {
    "cancellation": 0.018,
    "fee": 0.008,
    "write_off": 0.004,
    "free": 0.002,
    "test_order": 0.0004,
    "bad_debt": 0.0002,
}
_FIRST_INVOICE = 489_434
_FIRST_CUSTOMER = 12_346


@dataclass(frozen=True)
class Retailer:
    """Two sheets as text, and what each of their lines is.

    Attributes
    ----------
    sheets : dict of str to pandas.DataFrame
        File stem to its lines, which have `COLUMNS`; an empty field is missing.
    planted_rows : pandas.DataFrame
        ``file``, ``row`` (from 1), ``kind`` (``sale``, ``no_customer``,
        ``cancellation``, ``fee``, ``write_off``, ``bad_debt``, ``free`` or
        ``test_order``), ``cents`` and ``is_repeated``: whether the sheet before has it.
    planted_totals : pandas.DataFrame
        ``kind``, ``rows`` and ``cents`` of the lines that are not repeated, and as kind
        ``repeated`` those that are.
    """

    sheets: dict[str, pd.DataFrame]
    planted_rows: pd.DataFrame
    planted_totals: pd.DataFrame


def make_retailer(
    n_customers: int, seed: int, *, last_date: date = date(2026, 1, 1)
) -> Retailer:
    """Make two yearly sheets with planted faults.

    Parameters
    ----------
    n_customers : int
    seed : int
        The same arguments give the same retailer.
    last_date : datetime.date
        First day after the second sheet; the two cover 730 days.

    Raises
    ------
    ValueError
        If there are no customers.

    Examples
    --------
    >>> retailer = make_retailer(50, seed=1)
    >>> sorted(retailer.sheets)
    ['sales_2024', 'sales_2025']
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, n_customers, 2]))
    sales = _sales(n_customers, seed, last_date, rng)
    parts = [sales, *_others(sales, rng)]
    lines = pd.concat(parts, ignore_index=True)
    lines = lines.sort_values(["at", "Invoice", "StockCode"], kind="stable")
    cents = (lines["Quantity"] * lines["price_cents"]).to_numpy()
    lines = lines.assign(cents=cents, InvoiceDate=lines["at"].dt.strftime("%F %T"))

    middle = pd.Timestamp(last_date) - pd.Timedelta(days=N_DAYS // 2)
    is_first = lines["at"] < middle + pd.Timedelta(days=OVERLAP_DAYS)
    is_second = lines["at"] >= middle
    first_year = (middle - pd.Timedelta(days=1)).year
    sheets, planted = {}, []
    for turn, is_there in enumerate((is_first, is_second)):
        name = f"sales_{first_year + turn}"
        mine = lines[is_there].reset_index(drop=True)
        sheets[name] = _as_text(mine)
        planted.append(
            pd.DataFrame(
                {
                    "file": name,
                    "row": np.arange(1, len(mine) + 1),
                    "kind": mine["kind"],
                    "cents": mine["cents"],
                    "is_repeated": (is_first & is_second)[is_there].to_numpy()
                    if turn
                    else False,
                }
            )
        )
    rows = pd.concat(planted, ignore_index=True)
    return Retailer(sheets, rows, _totals(rows))


def write_retailer(retailer: Retailer, folder: Path) -> list[Path]:
    """Write the two sheets as CSV, and the truth into ``folder/truth``.

    Returns
    -------
    list of pathlib.Path
        The four files.
    """
    truth = folder / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    frames = {folder / f"{name}.csv": sheet for name, sheet in retailer.sheets.items()}
    frames[truth / "rows.csv"] = retailer.planted_rows
    frames[truth / "totals.csv"] = retailer.planted_totals
    for path, frame in frames.items():
        frame.to_csv(path, index=False, lineterminator="\n")
    return list(frames)


def _sales(
    n_customers: int, seed: int, last_date: date, rng: np.random.Generator
) -> pd.DataFrame:
    """Take a clean shop's order lines, and leave whole invoices without a customer."""
    shop = make_shop(
        n_customers, seed, n_days=N_DAYS, last_date=last_date, faults=False
    )
    lines = shop.order_lines
    order, _ = pd.factorize(lines["order_id"])
    customers = shop.customers.set_index("customer_id")
    names = shop.products.set_index("product_id")["product_name"]
    country = lines["customer_id"].map(customers["country_code"]).map(COUNTRIES)
    number = lines["customer_id"].str.extract(r"(\d+)", expand=False).astype("Int64")
    is_nobody = rng.random(order.max(initial=-1) + 1)[order] < NOBODY_SHARE
    return pd.DataFrame(
        {
            "Invoice": (_FIRST_INVOICE + order).astype(str),
            "StockCode": _stock_codes(lines["product_id"]),
            "Description": lines["product_id"].map(names).str.upper(),
            "Quantity": lines["quantity"].astype(int),
            "at": pd.to_datetime(lines["ordered_at"]),
            "price_cents": _cents(lines["unit_price"]),
            "customer": (number + _FIRST_CUSTOMER).astype("string").mask(is_nobody),
            "Country": country.fillna("Unspecified"),
            "kind": np.where(is_nobody, "no_customer", "sale"),
        }
    )


def _others(sales: pd.DataFrame, rng: np.random.Generator) -> list[pd.DataFrame]:
    """Make the lines that are no sales, each from a sale that it resembles."""
    margin = sales["at"].max() - pd.Timedelta(days=15)

    def some(kind: str, among: pd.Series | None = None) -> pd.DataFrame:
        pool = sales if among is None else sales[among]
        count = min(len(pool), max(2, round(SHARES[kind] * len(sales))))
        return pool.iloc[np.sort(rng.choice(len(pool), count, replace=False))].assign(
            kind=kind
        )

    def numbered(frame: pd.DataFrame, prefix: str, start: int) -> list[str]:
        return [
            f"{prefix}{_FIRST_INVOICE + start + each}" for each in range(len(frame))
        ]

    known = sales["customer"].notna()
    taken_back = some("cancellation", known & (sales["at"] < margin))
    after = rng.integers(3_600, 14 * 86_400, len(taken_back))
    taken_back = taken_back.assign(
        Invoice="C" + taken_back["Invoice"],
        Quantity=-taken_back["Quantity"],
        at=taken_back["at"] + pd.to_timedelta(after, unit="s"),
    )
    fees = some("fee")
    codes = np.resize(list(FEES), len(fees))
    fees = fees.assign(
        StockCode=codes,
        Description=[FEES[code] for code in codes],
        Quantity=1,
        price_cents=rng.integers(95, 4_000, len(fees)),
    )
    lost = some("write_off")
    lost = lost.assign(
        Invoice=numbered(lost, "", 2_000_000),
        Description=np.resize(WRITE_OFF_WORDS, len(lost)),
        Quantity=-rng.integers(1, 40, len(lost)),
        price_cents=0,
    )
    debts = some("bad_debt")
    debts = debts.assign(
        Invoice=numbered(debts, "A", 3_000_000),
        StockCode="B",
        Description="Adjust bad debt",
        Quantity=1,
        price_cents=-rng.integers(5_000, 500_000, len(debts)),
    )
    free = some("free", known)
    free = free.assign(Invoice=numbered(free, "", 4_000_000), price_cents=0)
    tests = some("test_order", known)
    tests = tests.assign(
        Invoice=numbered(tests, "", 5_000_000),
        StockCode="TEST001",
        Description="This is a test product.",
    )
    nobodys = [
        frame.assign(customer=pd.Series(pd.NA, frame.index, "string"))
        for frame in (lost, debts)
    ]
    once = [
        each.drop_duplicates(["Invoice", "StockCode"]) for each in (taken_back, fees)
    ]
    return [*once, *nobodys, free, tests]


def _stock_codes(product_ids: pd.Series) -> pd.Series:
    """Spell products as five digits, some with a letter: 20125, 20126B."""
    number = product_ids.str.extract(r"(\d+)", expand=False).astype(int)
    letter = np.where(number % 4 == 0, "B", "")
    return (20_000 + number).astype(str) + letter


def _cents(texts: pd.Series) -> pd.Series:
    return (texts.astype(float) * 100).round().astype(int)


def _as_text(lines: pd.DataFrame) -> pd.DataFrame:
    price = [f"{cents / 100:.2f}" for cents in lines["price_cents"]]
    text = lines.assign(Quantity=lines["Quantity"].astype(str), Price=price)
    return text.rename(columns={"customer": "Customer ID"})[list(COLUMNS)]


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
    kinds = rows["kind"].mask(rows["is_repeated"], "repeated")
    totals: Mapping[str, pd.Series] = {
        "rows": kinds.groupby(kinds).size(),
        "cents": rows["cents"].groupby(kinds).sum(),
    }
    return pd.DataFrame(totals).rename_axis("kind").reset_index()
