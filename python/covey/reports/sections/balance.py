"""Whether a row was lost: what came in, what became of it, and why."""

from __future__ import annotations

from collections.abc import Sequence

from covey.published.queries import ReportRows
from covey.reports.charts.palette import OURS, ROW_STATUS_COLOURS
from covey.reports.charts.scores import draw_labelled_bars
from covey.reports.content import Block, Cell, Chart, Column, Note, Section, Table
from covey.warehouse import Row
from covey.words.wording import (
    capitalise,
    say_count,
    say_date,
    say_money,
    say_name,
    say_percent,
)

QUESTION = "Was any row lost?"
REASONS_DRAWN = 10
STATUS_WORDS = {
    "rejected": "left out",
    "duplicate": "counted once",
    "treated": "kept with a rule",
}


def build_balance_section(rows: ReportRows, currency_code: str) -> Section:
    """Say what became of every input row.

    Parameters
    ----------
    rows : ReportRows
        What was read; `balance` and `row_reasons` are used.
    currency_code : str
        Currency of the amounts.
    """
    balance = rows["balance"]
    if not balance:
        return Section(
            "rows",
            "Rows",
            QUESTION,
            "No row balance was published with this version.",
            (Note("The balance appears once files have been landed.", "missing"),),
        )
    blocks: list[Block] = [_build_balance(balance, currency_code)]
    blocks.extend(Note(sentence) for sentence in say_late_rows(balance))
    if rows["row_reasons"]:
        blocks.append(_build_reasons(rows["row_reasons"], currency_code))
    else:
        blocks.append(Note("No row needed a reason: every row was taken as it came."))
    return Section("rows", "Rows", QUESTION, _answer(balance), tuple(blocks))


def say_late_rows(balance: Sequence[Row]) -> list[str]:
    """Say of each table how many rows came late and changed the past, if any did."""
    return [
        f"{say_count(row['late_rows'])} rows of {say_name(row['table_name'])} came "
        f"late and changed days from {say_date(row['late_from_date'])} on."
        for row in balance
        if row["late_rows"]
    ]


def find_missing_rows(row: Row) -> int:
    """Count the rows of a table that the balance does not account for."""
    accounted = sum(
        row[name] or 0 for name in ("accepted_rows", "rejected_rows", "duplicate_rows")
    )
    return int((row["input_rows"] or 0) - accounted)


def find_missing_amount(row: Row) -> float:
    """Find the money of a table that the balance does not account for, to the cent."""
    if row["input_amount"] is None:
        return 0.0
    accounted = sum(
        row[name] or 0.0
        for name in ("accepted_amount", "rejected_amount", "duplicate_amount")
    )
    return round(float(row["input_amount"]) - accounted, 2)


def _answer(balance: Sequence[Row]) -> str:
    total = sum(row["input_rows"] or 0 for row in balance)
    accepted = sum(row["accepted_rows"] or 0 for row in balance)
    wrong = [
        row for row in balance if find_missing_rows(row) or find_missing_amount(row)
    ]
    if wrong:
        names = ", ".join(sorted(row["table_name"] for row in wrong))
        return f"The balance does not add up for {names}: look into this first."
    if not total:
        return "No rows came in."
    return (
        f"No: all {say_count(total)} input rows are accounted for, and "
        f"{say_percent(accepted / total)} of them are used."
    )


def _build_balance(balance: Sequence[Row], currency_code: str) -> Table:
    has_money = any(row["input_amount"] is not None for row in balance)
    columns = [
        Column("Table"),
        Column("Came in", True),
        Column("Used", True),
        Column("Left out", True),
        Column("Duplicates", True),
        Column("Adds up"),
    ]
    if has_money:
        columns.extend([Column("Money in", True), Column("Money used", True)])
    table_rows = []
    for row in balance:
        share = (row["accepted_rows"] or 0) / (row["input_rows"] or 1)
        cells = [
            Cell(say_table(row)),
            Cell(say_count(row["input_rows"])),
            Cell(say_count(row["accepted_rows"]), bar=share),
            Cell(say_count(row["rejected_rows"])),
            Cell(say_count(row["duplicate_rows"])),
            _say_whether_it_adds_up(row, currency_code),
        ]
        if has_money:
            cells.append(Cell(_say_amount(row["input_amount"], currency_code)))
            cells.append(Cell(_say_amount(row["accepted_amount"], currency_code)))
        table_rows.append(tuple(cells))
    return Table(
        "What came in and what became of it",
        tuple(columns),
        tuple(table_rows),
        "Came in = used + left out + duplicates, for every table.",
    )


def _say_whether_it_adds_up(row: Row, currency_code: str) -> Cell:
    if find_missing_rows(row):
        return Cell(f"No: {say_count(find_missing_rows(row))} missing", tone="bad")
    if find_missing_amount(row):
        amount = say_money(find_missing_amount(row), currency_code)
        return Cell(f"No: {amount} missing", tone="bad")
    return Cell("Yes", tone="good")


def say_table(row: Row) -> str:
    """Name a table with its source."""
    return f"{capitalise(say_name(row['table_name']))} ({say_name(row['source'])})"


def _say_amount(amount: float | None, currency_code: str) -> str:
    return "no money" if amount is None else say_money(amount, currency_code)


def _build_reasons(reasons: Sequence[Row], currency_code: str) -> Chart:
    points = []
    for position, row in enumerate(reasons[:REASONS_DRAWN]):
        status = STATUS_WORDS.get(row["row_status"], say_name(row["row_status"]))
        money = f", {say_money(row['amount'], currency_code)}" if row["amount"] else ""
        points.append(
            {
                "position": position,
                "name": f"{capitalise(say_name(row['table_name']))}: "
                f"{say_name(row['reason'])}",
                "value": row["row_count"],
                "label": f"{say_count(row['row_count'])} rows {status}{money}",
                "colour": ROW_STATUS_COLOURS.get(row["row_status"], OURS),
            }
        )
    description = (
        "Rows that were left out (red), counted once (sand) or kept with a rule "
        "(blue), by reason: "
        + "; ".join(f"{point['name']}, {point['label']}" for point in points)
    )
    table_rows = tuple(
        (
            Cell(say_table(row)),
            Cell(STATUS_WORDS.get(row["row_status"], say_name(row["row_status"]))),
            Cell(row["explanation"] or say_name(row["reason"])),
            Cell(say_count(row["row_count"])),
            Cell(_say_amount(row["amount"], currency_code)),
        )
        for row in reasons
    )
    return Chart(
        "row-reasons",
        "Why rows were left out (red), counted once (sand) or kept with a rule (blue)",
        description,
        draw_labelled_bars(points, OURS, description),
        Table(
            "Reasons",
            (
                Column("Table"),
                Column("What was done"),
                Column("Why"),
                Column("Rows", True),
                Column("Money", True),
            ),
            table_rows,
        ),
    )
