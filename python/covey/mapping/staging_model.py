"""What one staging model says, and how its columns come to it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from covey.mapping import expressions as sql
from covey.mapping.proposal import Proposal, landed_columns, used_column
from covey.mapping.roles import Part

GRAINS = {
    "customers": "One row per customer; a newer row of the same customer replaces the "
    "older.",
    "items": "One row per item; a newer row of the same item replaces the older.",
    "orders": "One row per order: who bought when. What was bought is in its lines.",
    "order_lines": "One row per line of an order, with the time and customer of its "
    "order.",
    "sales": "One row per line of a sale, as it came, with what was found wrong.",
    "events": "One row per thing that a customer did.",
}


@dataclass(frozen=True)
class Lookup:
    """Another table of the source: its key, and what a line takes from it."""

    name: str
    table: str
    key_column: str
    key_name: str
    key_expression: str
    columns: list[tuple[str, str]]


@dataclass
class StagingModel:
    """What the template of a staging model fills in.

    Attributes
    ----------
    sections : dict
        Rule comment (ids, text, numerics, ...) to ``(expression, name)`` pairs.
    ruled, priced : list
        ``(expression, name)`` pairs that rest on the columns before them: what the
        business's rules say, and the money.
    replaced : str
        A column that is worked out again when the money is.
    rejects, treatments : dict
        Code to SQL condition.
    lookups : list
        Other tables of the source that a line looks something up in.
    """

    source: str
    part: Part
    grain: str
    key: list[str]
    sections: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    ruled: list[tuple[str, str]] = field(default_factory=list)
    priced: list[tuple[str, str]] = field(default_factory=list)
    replaced: str = ""
    rejects: dict[str, str] = field(default_factory=dict)
    treatments: dict[str, str] = field(default_factory=dict)
    lookups: list[Lookup] = field(default_factory=list)
    has_amount: bool = False
    may_return: bool = False

    def add(self, section: str, expression: str, name: str) -> None:
        """Add a column to a section."""
        self.sections.setdefault(section, []).append((expression, name))

    def names(self) -> set[str]:
        """Name every column that the model has."""
        listed = [name for pairs in self.sections.values() for _, name in pairs]
        looked_up = [name for each in self.lookups for _, name in each.columns]
        worked_out = [name for _, name in (*self.ruled, *self.priced)]
        return {*listed, *looked_up, *worked_out}


STAGED_NAMES = {"country": "country_code", "currency": "currency_code"}


def add_ids(part: Part, model: StagingModel, *fields: str) -> None:
    """Add ids as text, under the names that staging gives them."""
    for name in fields:
        column = used_column(part, name)
        if column:
            model.add("ids", sql.text(column), f"source_{name}")


def add_texts(part: Part, model: StagingModel, *fields: str) -> None:
    """Add texts."""
    for name in fields:
        column = used_column(part, name)
        if column:
            model.add("text", sql.text(column), STAGED_NAMES.get(name, name))


def add_time(part: Part, model: StagingModel, field_name: str) -> None:
    """Add a time."""
    column = used_column(part, field_name)
    if column:
        model.add("timestamps", sql.timestamp(column), field_name)


def add_place(part: Part, model: StagingModel) -> None:
    """Put codes of countries into country_code, and names of places into region."""
    country, region = used_column(part, "country"), used_column(part, "region")
    if country and all(len(value) == 2 for value in country.values):
        model.add("text", sql.text(country), "country_code")
        country = None
    if region or country:
        model.add("text", sql.text(region or country), "region")  # type: ignore[arg-type]


def add_price(part: Part, model: StagingModel) -> None:
    """Add the price of one."""
    column = used_column(part, "price")
    if column:
        model.add("numerics", sql.number(column), "price_amount")


def add_status(part: Part, model: StagingModel) -> None:
    """Add what became of the order."""
    column = used_column(part, "status")
    if column:
        model.add("text", f"lower({sql.text(column)})", "order_status")


def add_content_key(
    proposal: Proposal,
    part: Part,
    model: StagingModel,
    repeats: bool,
    name: str = "source_line_id",
) -> None:
    """Make a key of the whole row; see ``macros/keys.sql`` for what a repeat is."""
    columns = [f"'{sql.identifier(name)}'" for name in landed_columns(proposal, part)]
    macro = "content_key_of_repeats" if repeats else "content_key"
    call = f"{{{{ {macro}([{', '.join(columns)}]) }}}}"
    if len(call) > sql.WIDTH - 8:
        listed = textwrap.fill(
            ", ".join(columns),
            width=sql.WIDTH,
            initial_indent=" " * 12,
            subsequent_indent=" " * 12,
        )
        call = f"{{{{ {macro}([\n{listed}\n        ]) }}}}"
    model.add("ids", call, name)


def time_checks() -> dict[str, str]:
    """Give the conditions under which a time is none."""
    return {
        "bad_time": "@is_bad_time('occurred_at')",
        "after_as_of_date": after_as_of_date("occurred_at"),
    }


def after_as_of_date(column: str) -> str:
    """Mark a condition that is a macro call, not text."""
    return f"@is_after_as_of_date('{column}')"


def item_checks(model: StagingModel) -> dict[str, str]:
    """Give the conditions under which a row says not what was sold."""
    if "source_item_id" not in model.names():
        return {}
    return {"missing_product": "source_item_id is null"}
