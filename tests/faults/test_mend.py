"""Rejected rows go out, are mended by a person, land again, and are accepted."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from conftest import Built, run_covey
from covey.privacy.pseudonyms import DEMO_KEY, pseudonym
from faults.dirty_shop import write_dirty_shop

SHOP = ("-b", "shop")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The dirty shop, landed with its input card and never built."""
    data_dir = tmp_path_factory.mktemp("mend")
    folder = write_dirty_shop(data_dir / "made")
    return data_dir, run_covey(data_dir, *SHOP, "land", "shop", str(folder)).stdout


def test_the_card_adds_up(judged: tuple[Path, str]) -> None:
    data_dir, card = judged
    assert "Shop: what became of the rows that landed" in card
    (last,) = (line for line in card.splitlines() if line.startswith("Money in"))
    came, kept, aside = (
        float(word.replace(",", ""))
        for word in last.split()
        if word.replace(",", "").replace(".", "").lstrip("-").isdigit()
    )
    assert came == round(kept + aside, 2)
    for words in ("Cancelled before it left", "A sale that was taken back", "Postage"):
        assert words in card
    assert run_covey(data_dir, *SHOP, "card").stdout.strip() in card
    tables = json.loads(run_covey(data_dir, *SHOP, "card", "--json").stdout)["tables"]
    for row in tables:
        ends = ("accepted_rows", "rejected_rows", "duplicate_rows")
        assert row["input_rows"] == sum(row[end] for end in ends)


def test_rejects_are_listed_with_file_line_and_text(judged: tuple[Path, str]) -> None:
    data_dir, _ = judged
    found = json.loads(
        run_covey(
            data_dir, *SHOP, "rejects", "--reason", "other_currency", "--json"
        ).stdout
    )
    (row,) = (each for each in found if '"28-dollar"' in each["row_text"])
    assert row["source_file"] == "order_lines.csv"
    assert row["load_id"].startswith("000001_")
    assert row["amount"] is None
    listed = run_covey(data_dir, *SHOP, "rejects", "--table", "events").stdout
    assert "Shop: 2 rejected rows" in listed and "20-rating | " in listed
    assert max(map(len, listed.splitlines())) <= 80
    duplicates = run_covey(data_dir, *SHOP, "rejects", "--duplicates", "--csv").stdout
    assert "replaced_by_newer_row" in duplicates
    wrong = run_covey(data_dir, *SHOP, "rejects", "--table", "lines", check=False)
    assert (wrong.returncode, "shop.order_lines" in wrong.stderr) == (3, True)


def test_mended_rows_land_again_and_are_accepted(judged: tuple[Path, str]) -> None:
    data_dir, _ = judged
    folder = data_dir / "mend"
    said = run_covey(data_dir, *SHOP, "rejects", "--export", str(folder)).stdout
    assert f"land shop {folder / 'shop'}" in said
    path = folder / "shop" / "order_lines.csv"
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(newline="") as file:
        rows = {row["order_id"]: row for row in csv.DictReader(file)}
    assert "22-future" not in rows and "26-never-left" not in rows  # nothing to mend
    person = pseudonym(DEMO_KEY, "shop", "C001")
    assert rows["20-text-quantity"]["customer_id"] == f"covey:{person}"
    assert rows["20-text-quantity"]["reasons"] == "bad_quantity"
    assert rows["33-formula"]["channel"].startswith("'=cmd")
    assert rows["25-negative-price"]["unit_price"] == "-4.99"

    assert "we\x07b" in rows["03-control-character"]["raw_text"]
    with (folder / "shop" / "customers.csv").open(newline="") as file:
        (unnamed,) = csv.DictReader(file)
    assert (unnamed["email"], unnamed["reasons"]) == (
        "unnamed@example.com",
        "missing_customer",
    )

    mended = {
        "20-text-quantity": {"quantity": "2"},
        "20-thousands": {"unit_price": "1234.50"},
        "21-slashes": {"ordered_at": "2025-04-03"},
    }
    chosen = [{**rows[order_id], **fields} for order_id, fields in mended.items()]
    for other in ("events", "customers"):
        (folder / "shop" / f"{other}.csv").unlink()
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(chosen[0]))
        writer.writeheader()
        writer.writerows(chosen)
    land = ("land", "shop", str(folder / "shop"), "--accept-volume")
    card = run_covey(data_dir, *SHOP, *land).stdout
    assert "Money in 1,264.50 = kept 1,264.50 + set aside 0.00 EUR" in card

    judged_file = Built("shop", data_dir, "").warehouse_dir / "judged" / "build.duckdb"
    assert judged_file.stat().st_mode & 0o777 == 0o600
    left = json.loads(
        run_covey(data_dir, *SHOP, "rejects", "--limit", "0", "--json").stdout
    )
    assert {row["load_id"][:6] for row in left} == {"000001"}
