"""Everything that `covey init` would write down, and what only a person can tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from covey.mapping.inspection import Column, Table
from covey.mapping.meanings import CONTACTS, MEANINGS, Meaning, meanings_of
from covey.mapping.roles import ROLES, Part, parts_of
from covey.mapping.vocabulary import word_list

DEFAULT_TIME_ZONE = "UTC"
DEFAULT_CURRENCY = "EUR"
OUTCOME = "lapse_60d"
DATE_ORDERS = ("day-first", "month-first")
_NOBODY = word_list("nobody")
_CURRENCY_WORDS = {"dollar": "USD", "usd": "USD", "eur": "EUR", "euro": "EUR"} | {
    "gbp": "GBP",
    "pound": "GBP",
    "chf": "CHF",
}
_FEED_ROLES = ("sales", "order_lines", "events")


@dataclass(frozen=True)
class Answers:
    """What a person said on the command line or when asked; empty where nothing."""

    time_zone: str = ""
    currency: str = ""
    as_of_date: str = ""
    date_order: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What the data do not tell.

    Attributes
    ----------
    option : str
        The option of `covey init` that answers it.
    default : str
        What `--yes` takes; empty where a guess could be wrong, and `--yes` stops.
    choices : tuple of str
        The answers that there are; none means any.
    """

    option: str
    text: str
    default: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """One business with one source, as it would be written.

    Attributes
    ----------
    meanings : dict
        Table to column to what it means and why.
    questions : tuple of Question
        What nobody has said yet.
    """

    business: str
    source: str
    parts: tuple[Part, ...]
    meanings: dict[str, dict[str, Meaning]]
    time_zone: str
    currency: str
    as_of_date: str
    outcomes: tuple[str, ...]
    questions: tuple[Question, ...]

    def part(self, role: str) -> Part | None:
        """Give the table that plays a role, if one does."""
        return next((part for part in self.parts if part.role == role), None)

    @property
    def used_parts(self) -> tuple[Part, ...]:
        """The tables that get models, people first and sales last."""
        order = ("customers", "items", "orders", "order_lines", "sales", "events")
        used = [part for part in self.parts if part.role != "ignored"]
        return tuple(sorted(used, key=lambda part: order.index(part.role)))

    @property
    def has_items(self) -> bool:
        """Whether anything says what was bought."""
        return any("item_id" in part.fields for part in self.used_parts)


def propose(
    business: str, source: str, tables: list[Table], answers: Answers
) -> Proposal:
    """Propose a mapping.

    Raises
    ------
    MappingError
        If no table says who bought what when, or what was said names no column.
    """
    _check_answers(tables, answers)
    tables = [_with_date_order(table, answers.date_order) for table in tables]
    meanings = {table.name: meanings_of(table, answers.columns) for table in tables}
    parts = parts_of(tables, meanings, answers.tables)
    sellers = [p for p in parts if p.role in ("sales", "orders", "events")]
    if not any(
        "customer_id" in p.fields and "occurred_at" in p.fields for p in sellers
    ):
        raise MappingError(
            "no table says who did something when: name the columns, for example "
            f"--column {tables[0].name}.{tables[0].columns[0].name}=customer_id "
            f"and --column {tables[0].name}.COLUMN=occurred_at"
        )
    time_zone = answers.time_zone or DEFAULT_TIME_ZONE
    questions = [
        *_date_questions(parts),
        *_setting_questions(parts, answers),
    ]
    return Proposal(
        business,
        source,
        tuple(parts),
        meanings,
        time_zone,
        answers.currency or _currency(parts),
        answers.as_of_date or _as_of_date(parts, time_zone),
        (OUTCOME,),
        tuple(questions),
    )


class MappingError(ValueError):
    """The tables cannot be mapped as they are; the message says what to name."""


def used_column(part: Part, field_name: str) -> Column | None:
    """Give the column behind a field of a part, if it has one."""
    name = part.fields.get(field_name)
    return part.table.column(name) if name else None


def landed_columns(proposal: Proposal, part: Part) -> list[str]:
    """Name the columns of a table that stay in what is landed."""
    return [
        name
        for name, meta in personal_columns(proposal, part).items()
        if meta.get("personal") != "contact"
    ]


def personal_columns(proposal: Proposal, part: Part) -> dict[str, dict[str, str]]:
    """Say of each column of a table how landing has to treat it."""
    meanings = proposal.meanings[part.table.name]
    customer_id = part.fields.get("customer_id")
    found = {}
    for column in part.table.columns:
        meaning = meanings[column.name].name
        meta = personal_of(meaning, column, column.name == customer_id)
        if (
            part.role == "customers"
            and meaning == "unknown"
            and _tells_apart(part, column)
        ):
            meta = {"personal": "contact"}
        found[column.name] = meta
    return found


def _tells_apart(part: Part, column: Column) -> bool:
    """Whether text that nobody understood might point at a person."""
    return column.kind == "text" and column.distinct_count > part.table.row_count / 2


def personal_of(meaning: str, column: Column, is_customer_id: bool) -> dict[str, str]:
    """Say how landing has to treat a column: its `meta` in the source's YAML."""
    if is_customer_id:
        kind = {"personal": "pseudonym"}
        return {**kind, "identity": "email"} if meaning == "email" else kind
    if meaning in ("email", "phone"):
        return {"personal": "contact", "identity": meaning}
    if meaning == "loyalty_id":
        return {"personal": "pseudonym", "identity": "loyalty"}
    if meaning == "customer_id":
        return {"personal": "pseudonym"}
    if meaning in CONTACTS:
        return {"personal": "contact"}
    return {}


def unknown_values(column: Column) -> list[str]:
    """Name the ids of a customer column that mean nobody."""
    return [value for value in column.values if value.lower() in _NOBODY]


def _check_answers(tables: list[Table], answers: Answers) -> None:
    columns = {f"{table.name}.{c.name}" for table in tables for c in table.columns}
    names = {table.name for table in tables}
    for option, given, there, values in (
        ("--column", answers.columns, columns, MEANINGS),
        ("--table", answers.tables, names, ROLES),
    ):
        for name, value in given.items():
            if name not in there:
                raise MappingError(f"{option} {name}: there are {_said(there)}")
            if value not in values:
                raise MappingError(f"{option} {name}={value}: take {_said(values)}")
    zone, currency = answers.time_zone, answers.currency
    if zone and zone not in available_timezones():
        raise MappingError(f"--time-zone {zone}: no such zone; try Europe/Berlin")
    if currency and not re.fullmatch("[A-Z]{3}", currency):
        raise MappingError(f"--currency {currency}: give an ISO code, such as EUR")
    if answers.date_order not in ("", *DATE_ORDERS):
        raise MappingError(f"--date-order: take {' or '.join(DATE_ORDERS)}")
    try:
        datetime.fromisoformat(answers.as_of_date or "2026-01-01")
    except ValueError as error:
        raise MappingError("--as-of: write it as 2026-01-31") from error


def _said(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _with_date_order(table: Table, date_order: str) -> Table:
    """Keep the format that a person named, where a column does not prove one."""
    if not date_order:
        return table
    wanted = "%d" if date_order == "day-first" else "%m"

    def decided(column: Column) -> Column:
        if len(column.formats) < 2:
            return column
        kept = [i for i, f in enumerate(column.formats) if f.startswith(wanted)]
        return replace(
            column,
            formats=tuple(column.formats[i] for i in kept),
            ranges=tuple(column.ranges[i] for i in kept),
        )

    return replace(table, columns=tuple(decided(column) for column in table.columns))


def _date_questions(parts: list[Part]) -> list[Question]:
    found = []
    for part in parts:
        for field_name in part.fields:
            column = used_column(part, field_name)
            if column and column.is_time and len(column.formats) > 1:
                example = column.values[0]
                found.append(
                    Question(
                        "--date-order",
                        f"{part.table.name}.{column.name}: is {example} day first or "
                        "month first? No value tells (none has a day above 12, or some "
                        "can only be one and some only the other).",
                        choices=DATE_ORDERS,
                    )
                )
    return found[:1]


def _setting_questions(parts: list[Part], answers: Answers) -> list[Question]:
    found = []
    if not answers.time_zone:
        found.append(
            Question(
                "--time-zone",
                "In which time zone are the times, and do the days begin (such as "
                "Europe/Berlin)?",
                DEFAULT_TIME_ZONE,
            )
        )
    if not answers.currency and not _currency_column(parts):
        found.append(
            Question("--currency", "Which currency is the money in?", _currency(parts))
        )
    return found


def _currency_column(parts: list[Part]) -> Column | None:
    for part in parts:
        column = used_column(part, "currency")
        if column and column.values:
            return column
    return None


def _currency(parts: list[Part]) -> str:
    column = _currency_column(parts)
    if column:
        return column.values[0].upper()
    headers = " ".join(
        c.name for part in parts if part.role != "ignored" for c in part.table.columns
    ).lower()
    for word, code in _CURRENCY_WORDS.items():
        if word in headers:
            return code
    return DEFAULT_CURRENCY


def _as_of_date(parts: list[Part], time_zone: str) -> str:
    """Propose the day after the last thing that happened."""
    days = []
    for part in parts:
        column = used_column(part, "occurred_at")
        if column and part.role != "ignored" and column.most:
            last = datetime.fromisoformat(column.ranges[0].last_plausible)
            if column.offset_share == 1:
                last = last.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone))
            days.append(last.date())
    return str(max(days) + timedelta(days=1))
