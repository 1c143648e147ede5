"""When and how often customers buy: the RFM map and its groups."""

from __future__ import annotations

from collections.abc import Sequence

from covey.published.queries import ReportRows, has_orders
from covey.reports.charts.tiles import SHARES, Tile, build_tiles
from covey.reports.content import Cell, Chart, Column, Note, Section, Table
from covey.reports.sections.segments import SMALLEST_GROUP
from covey.warehouse import Row
from covey.words.vocabulary import RFM_GROUPS
from covey.words.wording import say_count, say_money, say_percent, say_plural

SLIPPING_GROUPS = ("At risk", "Previously loyal")
HOW_LATELY = ("Long ago", "2", "3", "4", "Lately")
HOW_OFTEN = {5: "Often", 1: "Rarely"}
QUESTION = "How lately and how often do they buy?"


def build_rfm_section(rows: ReportRows, currency_code: str) -> list[Section]:
    """Say how customers spread over recency and frequency, if they place orders.

    Parameters
    ----------
    rows : ReportRows
        What was read; `rfm_groups` is used.
    currency_code : str
        Currency of the amounts.
    """
    parts = rows["rfm_groups"]
    if not parts:
        missing = Section(
            "rfm",
            "Purchase map",
            QUESTION,
            "No customer has a recency and a frequency score in this version.",
            (Note("The map appears once there are purchases to score.", "missing"),),
        )
        return [missing] if has_orders(rows) else []
    groups = _add_up(parts, "rfm_group")
    total = sum(group["customer_count"] for group in groups)
    section = Section(
        "rfm",
        "Purchase map",
        QUESTION,
        _answer(groups, total),
        (
            _build_map(parts, currency_code),
            _build_groups(groups, total, currency_code),
        ),
    )
    return [section]


def _answer(groups: Sequence[Row], total: int) -> str:
    spend = sum(group["spend_amount_90d"] for group in groups)
    best = max(
        groups, key=lambda group: (group["spend_amount_90d"], group["rfm_group"])
    )
    answer = (
        f"The group “{best['rfm_group']}” brings the most: "
        f"{say_percent(best['customer_count'] / total)} of customers"
    )
    if spend:
        answer += f", {say_percent(best['spend_amount_90d'] / spend)} of the spend"
    slipping = sum(
        group["customer_count"]
        for group in groups
        if group["rfm_group"] in SLIPPING_GROUPS
    )
    if not slipping:
        return f"{answer}."
    people = say_plural(slipping, "customer", "customers")
    return f"{answer}. Watch {people} who used to buy often and now stay away."


def _add_up(parts: Sequence[Row], *keys: str) -> list[Row]:
    totals: dict[tuple[object, ...], Row] = {}
    for part in parts:
        key = tuple(part[name] for name in keys)
        total = totals.setdefault(
            key,
            {
                **{name: part[name] or "Not grouped" for name in keys},
                "customer_count": 0,
                "spend_amount_90d": 0.0,
            },
        )
        total["customer_count"] += part["customer_count"]
        total["spend_amount_90d"] += part["spend_amount_90d"] or 0.0
    return list(totals.values())


def _spend_per_customer(total: Row) -> float | None:
    if total["customer_count"] < SMALLEST_GROUP:
        return None
    return float(total["spend_amount_90d"] / total["customer_count"])


def _build_map(parts: Sequence[Row], currency_code: str) -> Chart:
    # The parts come with the largest group of each tile first: it names the tile.
    names: dict[tuple[int, int], str] = {}
    for part in parts:
        key = (part["recency_score"], part["frequency_score"])
        names.setdefault(key, part["rfm_group"] or "Not grouped")
    found = sorted(
        _add_up(parts, "recency_score", "frequency_score"),
        key=lambda total: (-total["frequency_score"], total["recency_score"]),
    )
    largest = max((_spend_per_customer(total) or 0.0 for total in found), default=0.0)
    tiles = []
    for total in found:
        lately, often = total["recency_score"], total["frequency_score"]
        label, spend = say_count(total["customer_count"]), _spend_per_customer(total)
        if spend is not None:
            label += f" · {say_money(spend, currency_code)}\n{names[lately, often]}"
        level = (spend or 0.0) / (largest or 1.0)
        row = HOW_OFTEN.get(often, str(often))
        tiles.append(Tile(row, HOW_LATELY[lately - 1], level, label))
    return build_tiles(
        "rfm-map",
        "Customers and their spend each, by how lately and how often they bought",
        "Map of customers: recency score from left (long ago) to right (lately), "
        "frequency score from top (often) to bottom (rarely). Each tile shows its "
        "number of customers, their spend per customer in 90 days and its group; "
        "darker tiles spend more per customer. The groups follow as a table.",
        "How often",
        tiles,
        HOW_LATELY,
        SHARES,
        "Darker tiles spend more per customer in 90 days.",
    )


def _build_groups(groups: Sequence[Row], total: int, currency_code: str) -> Table:
    ordered = sorted(
        groups,
        key=lambda group: (-group["spend_amount_90d"], group["rfm_group"]),
    )
    largest = max(group["customer_count"] for group in ordered)
    table_rows = []
    for group in ordered:
        spend = _spend_per_customer(group)
        table_rows.append(
            (
                Cell(group["rfm_group"]),
                Cell(RFM_GROUPS.get(group["rfm_group"], "")),
                Cell(
                    say_count(group["customer_count"]),
                    bar=group["customer_count"] / largest,
                ),
                Cell(say_percent(group["customer_count"] / total)),
                Cell(say_money(group["spend_amount_90d"], currency_code)),
                Cell("too few" if spend is None else say_money(spend, currency_code)),
            )
        )
    return Table(
        "The groups on the map, spend of the last 90 days",
        (
            Column("Group"),
            Column("What it means"),
            Column("Customers", is_number=True),
            Column("Share", is_number=True),
            Column("Spend", is_number=True),
            Column("Spend per customer", is_number=True),
        ),
        tuple(table_rows),
        f"Averages of fewer than {SMALLEST_GROUP} customers are left out.",
    )
