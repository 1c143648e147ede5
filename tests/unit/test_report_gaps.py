"""A report of little: parts that are missing, few customers, and what is left out."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from covey.published.queries import read_report_rows
from covey.reports.content import Cards, Table
from covey.reports.page import build_sections, write_report
from covey.warehouse import WarehouseError
from unit.report_fixture import make_check, make_published
from unit.report_reading import TagReader, find_charts, find_data, read_sections
from unit.report_tables import TABLES


@pytest.mark.parametrize("change", ["delete from", "drop table"])
@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_missing_part_is_said_in_words(
    table: str, change: str, tmp_path: Path
) -> None:
    """Without rows or without the table: six sections, and no chart without data."""
    published = make_published(tmp_path / "covey.duckdb", customer_count=40)
    with duckdb.connect(str(published)) as connection:
        connection.execute(f"{change} {table}")
    sections = read_sections(published)
    assert len(sections) == 6 + ("together" in sections)
    for section in sections.values():
        assert section.answer.endswith("."), section
        assert section.blocks
    for chart in find_charts(sections):
        assert all(find_data(chart.spec)), chart.chart_id
    assert "None" not in " ".join(section.answer for section in sections.values())


def test_a_business_without_orders_is_not_told_what_it_lacks(tmp_path: Path) -> None:
    rows = read_report_rows(make_published(tmp_path / "covey.duckdb"))
    rows |= {"rfm_groups": [], "outcomes": []}
    told = {section.section_id for section in build_sections(rows)}
    assert {"rfm", "leaving"} <= told
    rows["customers"] = [{**row, "buyer_count": 0} for row in rows["customers"]]
    assert told - {one.section_id for one in build_sections(rows)} == {"rfm", "leaving"}


def test_what_is_left_out_is_said_with_its_reason(tmp_path: Path) -> None:
    published = make_published(tmp_path / "covey.duckdb", customer_count=40)
    row = make_check("recommendations:new_for_you", "Things: 1, at least 20", False)
    with duckdb.connect(str(published)) as connection:
        places = ", ".join("?" * len(row))
        connection.execute(f"insert into rpt_readiness values ({places})", row)
    section = read_sections(published)["readiness"]
    assert section.answer == (
        "There is too little for 1 part of 3; left out: the list “New for you”."
    )
    (table,) = section.blocks
    assert isinstance(table, Table)
    texts = [cell.text for cells in table.rows for cell in cells]
    assert texts == ["The list “New for you”", "left out", "Things: 1, at least 20"]


@pytest.mark.parametrize("customer_count", [0, 1, 2])
def test_very_few_customers(customer_count: int, tmp_path: Path) -> None:
    published = make_published(tmp_path / "covey.duckdb", customer_count)
    html = write_report(published, tmp_path / "report.html").read_text("utf-8")
    parser = TagReader()
    parser.feed(html)
    assert not re.search(r"\b(nan|None|null)\b", parser.words)
    if not customer_count:
        assert not find_charts(read_sections(published))


def test_small_groups_are_left_out(tmp_path: Path) -> None:
    """Fewer than ten people: no favourite categories, no average on the map."""
    published = make_published(tmp_path / "covey.duckdb", customer_count=9)
    sections = read_sections(published)
    labels = {
        label
        for block in sections["segments"].blocks
        if isinstance(block, Cards)
        for card in block.cards
        for label, _ in card.lines
    }
    assert labels == {"What to do"}
    groups = next(block for block in sections["rfm"].blocks if isinstance(block, Table))
    assert {row[-1].text for row in groups.rows} == {"too few"}


def test_a_balance_that_does_not_add_up_comes_first(tmp_path: Path) -> None:
    published = make_published(tmp_path / "covey.duckdb", customer_count=20)
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "update rpt_data_quality set accepted_rows = accepted_rows - 3 "
            "where table_name = 'coupons'"
        )
    section = read_sections(published)["rows"]
    assert section.answer == (
        "The balance does not add up for coupons: look into this first."
    )
    balance = next(block for block in section.blocks if isinstance(block, Table))
    assert "No: 3 missing" in {cell.text for row in balance.rows for cell in row}


def test_missing_version_leaves_the_old_page(tmp_path: Path) -> None:
    output = tmp_path / "report.html"
    output.write_text("the old page")
    with pytest.raises(WarehouseError, match="covey build"):
        write_report(tmp_path / "nowhere.duckdb", output)
    assert output.read_text() == "the old page"
