"""Tiny businesses in the shop's CSV files, each with one thing that no fit can use."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

AS_OF = date(2026, 1, 1)
HEADERS = {
    "customers": "customer_id email signed_up_at birth_year gender region "
    "country_code has_marketing_consent updated_at",
    "products": "product_id product_name product_type category brand unit_price "
    "released_on description",
    "order_lines": "order_id line_number customer_id product_id ordered_at quantity "
    "unit_price discount_amount currency_code status channel",
    "events": "event_id customer_id product_id event_type occurred_at rating text "
    "channel",
}
Purchase = tuple[int, int, int, int]  # customer, product, days ago, price


def one_customer() -> Iterator[Purchase]:
    """One regular: there is nobody to compare with."""
    return ((1, 1 + turn % 5, turn * 14 + 1, 10 + turn) for turn in range(26))


def all_equal() -> Iterator[Purchase]:
    """Forty people who buy the same thing on the same days."""
    days = range(3, 400, 7)
    return ((person, 1, day, 10) for person in range(1, 41) for day in days)


def no_positives() -> Iterator[Purchase]:
    """Eighty people who come every week, one of them a whale: nobody ever leaves."""
    for person in range(1, 81):
        for turn, day in enumerate(range(1 + person % 7, 400, 7)):
            price = 90_000 if person == 1 else 5 + person % 11
            yield person, 1 + (person * turn) % 30, day, price


def all_positives() -> Iterator[Purchase]:
    """Ninety people who each bought one thing of their own, once."""
    return ((person, person, 4 * person, 5 + person) for person in range(1, 91))


def single_product() -> Iterator[Purchase]:
    """A hundred and fifty people, a third of whom leave; there is one thing to buy."""
    for person in range(1, 151):
        leaves_at = 60 + (person * 37) % 300 if person % 3 == 0 else 0
        step = 5 + person % 23
        for day in range(leaves_at + 1 + person % step, 500, step):
            yield person, 1, day, 5 + person % 17


def five_days() -> Iterator[Purchase]:
    """Two hundred people in a shop that opened last week."""
    for person in range(1, 201):
        for turn in range(1 + person % 3):
            day = 1 + (person + turn * 2) % 5
            yield person, 1 + (person * 7 + turn) % 40, day, 5 + person % 9


def write_shop(folder: Path, purchases: Iterable[Purchase]) -> None:
    """Write the four files; whoever buys is registered, whatever is sold is known."""
    folder.mkdir(parents=True)
    bought = list(purchases)
    people = sorted({person for person, *_ in bought})
    products = sorted({product for _, product, *_ in bought})
    rows: dict[str, list[list[object]]] = {
        "customers": [
            [f"C{person:04d}", "", "", "", "", "", "DE", "true", "2026-01-01 00:00:00"]
            for person in people
        ],
        "products": [
            [f"P{each}", f"Thing number {each}", "thing", "Things", "", 10, "", ""]
            for each in products
        ],
        "order_lines": [
            [
                f"O{person}-{day}",
                1,
                f"C{person:04d}",
                f"P{product}",
                f"{AS_OF - timedelta(days=day)} 12:00:00",
                1,
                price,
                0,
                "EUR",
                "paid",
                "web",
            ]
            for person, product, day, price in bought
        ],
        # One view, so that no table is empty.
        "events": [
            [
                "E1",
                f"C{people[0]:04d}",
                f"P{products[0]}",
                "view",
                f"{AS_OF - timedelta(days=1)} 11:00:00",
                "",
                "",
                "web",
            ]
        ],
    }
    for name, header in HEADERS.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([header.split(), *rows[name]])
