"""A shop of four files in which every kind of bad value is planted, one by one.

Each planted line has an order id of its own that says what is wrong with it, so that a
test finds it again in core, in the rejects or among the duplicates.
"""

from __future__ import annotations

import csv
from pathlib import Path

COLUMNS = {
    "customers": [
        "customer_id",
        "email",
        "signed_up_at",
        "birth_year",
        "gender",
        "region",
        "country_code",
        "has_marketing_consent",
        "updated_at",
    ],
    "products": [
        "product_id",
        "product_name",
        "product_type",
        "category",
        "brand",
        "unit_price",
        "released_on",
        "description",
    ],
    "order_lines": [
        "order_id",
        "line_number",
        "customer_id",
        "product_id",
        "ordered_at",
        "quantity",
        "unit_price",
        "discount_amount",
        "currency_code",
        "status",
        "channel",
    ],
    "events": [
        "event_id",
        "customer_id",
        "product_id",
        "event_type",
        "occurred_at",
        "rating",
        "text",
        "channel",
    ],
}
HUGE_ID = "92233720368547758080001"

# order id: what differs from a good line.
LINES: dict[str, dict[str, str]] = {
    "03-control-character": {"channel": "we\x07b"},
    "20-text-quantity": {"quantity": "two"},
    "20-fraction": {"quantity": "1.5"},
    "20-thousands": {"unit_price": "$1,234.50"},
    "20-month-13": {"ordered_at": "2025-13-45"},
    "21-slashes": {"ordered_at": "03/04/2025"},
    "21-year-first-slashes": {"ordered_at": "2025/04/03"},
    "22-future": {"ordered_at": "2026-06-01 10:00:00"},
    "22-year-1": {"ordered_at": "0001-01-01 00:00:00"},
    "22-year-1900": {"ordered_at": "1900-01-01 00:00:00"},
    "23-nan": {"unit_price": "NaN"},
    "23-inf": {"unit_price": "inf"},
    "23-1e400": {"unit_price": "1e400"},
    "23-barcode": {"quantity": "5901234123457123"},
    "24-000123": {"product_id": "000123"},
    HUGE_ID: {"product_id": HUGE_ID},
    "25-zero": {"quantity": "0"},
    "25-negative-sale": {"quantity": "-1"},
    "25-negative-price": {"unit_price": "-4.99"},
    "25-return": {"quantity": "-2", "status": "returned"},
    "26-never-left": {"status": "Cancelled"},
    "26-taken-back": {"quantity": "-1", "status": "cancelled"},
    "26-write-off": {"quantity": "-3", "status": "written off", "customer_id": ""},
    "26-postage": {"product_id": "post", "unit_price": "4.90"},
    "26-voucher": {"product_id": "VOUCHER", "unit_price": "-10.00"},
    "test-26": {},
    "27-nobody": {"customer_id": ""},
    "27-unknown-customer": {"customer_id": "C999"},
    "27-unknown-product": {"product_id": "P999"},
    "28-dollar": {"currency_code": "USD"},
    "28-franc": {"currency_code": "CHF", "unit_price": "10.00"},
    "29-offset": {"ordered_at": "2025-06-02T03:04:05+02:00"},
    "29-zulu": {"ordered_at": "2025-06-02T01:04:05Z"},
    "29-infinity": {"ordered_at": "infinity"},
    "29-epoch": {"ordered_at": "epoch"},
    "32-emoji": {"channel": "🛒 متجر 𠜎"},
    "33-formula": {"channel": "=cmd|' /C calc'!A0", "quantity": "none"},
    "34-sql": {"channel": "'; drop table core_interactions; --"},
}
GOOD_LINES = 400


def write_dirty_shop(folder: Path, noise: list[dict[str, str]] | None = None) -> Path:
    """Write the four files: good lines, the planted ones and more of any kind."""
    folder.mkdir(parents=True)
    _write(folder, "customers", _customers())
    _write(folder, "products", _products())
    planted = [_line(order_id, **changes) for order_id, changes in LINES.items()]
    good = [
        _line(
            f"good-{number}",
            customer_id=f"C{number % 20:03}",
            ordered_at=f"2025-{1 + number % 12:02}-{1 + number % 28:02} 12:00:00",
        )
        for number in range(GOOD_LINES)
    ]
    _write(folder, "order_lines", [*good, *planted, planted[-1], *(noise or [])])
    _write(folder, "events", _events())
    return folder


def _line(order_id: str, **changes: str) -> dict[str, str]:
    return {
        "order_id": order_id,
        "line_number": "1",
        "customer_id": "C001",
        "product_id": "P001",
        "ordered_at": "2025-05-05 12:00:00",
        "quantity": "1",
        "unit_price": "10.00",
        "discount_amount": "0.00",
        "currency_code": "EUR",
        "status": "completed",
        "channel": "web",
        **changes,
    }


def _customers() -> list[dict[str, str]]:
    good = [
        {
            "customer_id": f"C{number:03}",
            "email": f"c{number}@example.com",
            "signed_up_at": "2024-12-01 00:00:00",
            "birth_year": "1980",
            "gender": "f",
            "region": "Bavaria",
            "country_code": "DE",
            "has_marketing_consent": "true",
            "updated_at": "2025-01-01 00:00:00",
        }
        for number in range(20)
    ]
    # One person, two years of birth; another with a year that is none.
    second = {**good[1], "birth_year": "1990", "updated_at": "2025-02-01 00:00:00"}
    good[2]["birth_year"] = "19xx"
    unnamed = {**good[3], "customer_id": "", "email": "unnamed@example.com"}
    return [*good, second, unnamed]


def _products() -> list[dict[str, str]]:
    ids = [*(f"P{number:03}" for number in range(10)), "000123", HUGE_ID]
    return [
        {
            "product_id": product_id,
            "product_name": f"Thing {product_id}",
            "product_type": "Thing",
            "category": "Things",
            "brand": "Ours",
            "unit_price": "10.00",
            "released_on": "2024-01-01",
            "description": "",
        }
        for product_id in ids
    ]


def _events() -> list[dict[str, str]]:
    event = {
        "customer_id": "C001",
        "product_id": "P001",
        "event_type": "view",
        "occurred_at": "2025-05-05 11:00:00",
        "rating": "",
        "text": "",
        "channel": "web",
    }
    good = [{"event_id": f"E{number}", **event} for number in range(200)]
    planted = {
        "20-rating": {"event_type": "rating", "rating": "five"},
        "23-rating": {"event_type": "rating", "rating": "NaN"},
        "27-nobody": {"customer_id": ""},
        "27-unknown-customer": {"customer_id": "C999"},
    }
    return [
        *good,
        *({**event, "event_id": key, **each} for key, each in planted.items()),
    ]


def _write(folder: Path, table: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS[table])
        writer.writeheader()
        writer.writerows({name: row[name] for name in COLUMNS[table]} for row in rows)
