"""Which segment somebody would be in who is not here yet."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from covey.cli.answers.given import read_features
from covey.cli.context import Published, heading, inside, open_current, read_date
from covey.cli.exits import USAGE, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import facts, table
from covey.warehouse import Row, fetch, quoted, table_names
from covey.words.wording import (
    capitalise,
    say_date,
    say_list,
    say_number,
    say_plural,
)

if TYPE_CHECKING:
    from covey.cli.answers.order_features import OrderFeatures

_LARGEST_FILE_BYTES = 50_000_000


def assign(
    context: typer.Context,
    feature: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A feature by hand; repeat it.",
            show_default=False,
        ),
    ] = None,
    features: Annotated[
        str | None,
        typer.Option(
            metavar="JSON",
            help="Several features: '{\"spend_amount_90d\": 240, ...}'.",
            show_default=False,
        ),
    ] = None,
    orders: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Orders to compute the features from: CSV or JSON with date, amount "
            "and, where needed, category, item_type, order_id, discount_amount; - "
            "reads standard input.",
            show_default=False,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Count the orders before this date; the version's own, if left out.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Say which segment somebody would be in who is not here yet."""
    published = open_current(context)
    centres = _centres(published)
    as_of_date = read_date(as_of) if as_of else published.version["as_of_date"]
    found = _from_orders(published, orders, as_of_date) if orders else None
    by_hand = read_features(feature or [], features, _number, "spend_amount_90d=240")
    values = _complete(centres, by_hand, found)
    result = _assign(published, values)
    about = fetch(
        published.connection,
        "select description, strategy from dim_segments where segment_id = ?",
        [result["segment_id"]],
    )
    who = about[0] if about else {"description": None, "strategy": None}
    compared = _compared(centres, values, result)
    notes = _notes(found, as_of_date, set(values) - set(by_hand)) if found else []

    def lines() -> Iterator[str]:
        yield heading(published, "somebody new")
        yield ""
        yield from facts(_answer(result, who, compared))
        yield ""
        yield from _table(result, compared)
        if notes:
            yield ""
            yield "Of the orders"
            yield from facts([("", note) for note in notes])

    document = {**result, **who, "features": compared, "notes": notes}
    show(as_json, as_csv, document, [{**result, **values}], lines)


def _centres(published: Published) -> list[Row]:
    """Give the rows that assigning rests on, the features in order.

    Raises
    ------
    CommandError
        If the version has none.
    """
    known = "dim_segment_centres" in table_names(published.connection)
    found = (
        fetch(
            published.connection,
            "from dim_segment_centres order by feature_rank, segment_id",
        )
        if known
        else []
    )
    if not found:
        reason = (
            "this version has no segments: `covey readiness` says why"
            if known
            else "this version was published before covey could assign: build again"
        )
        raise CommandError(f"nobody can be assigned: {reason}")
    return found


def _number(name: str, value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise CommandError(f"{name} is {value!r}, which is no number", USAGE)
    return number


def _from_orders(published: Published, orders: str, as_of_date: date) -> OrderFeatures:
    from covey.cli.answers.order_features import order_features, read_orders

    if orders == "-":
        text = sys.stdin.read(_LARGEST_FILE_BYTES)
    else:
        path = inside(published.settings, Path(orders))
        if path.is_file() and path.stat().st_size > _LARGEST_FILE_BYTES:
            raise CommandError(f"{path} is too large for one customer's orders", USAGE)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise CommandError(f"{path} is not text in UTF-8", USAGE) from None
    return order_features(read_orders(text), as_of_date)


def _complete(
    centres: list[Row], by_hand: dict[str, float], found: OrderFeatures | None
) -> dict[str, float]:
    """Give every feature that the segments are made of, by hand before computed.

    Raises
    ------
    CommandError
        If one is missing, or one is given that they do not know.
    """
    labels = {row["feature"]: row["feature_label"] for row in centres}
    unknown = [name for name in by_hand if name not in labels]
    if unknown:
        raise CommandError(
            f"the segments have no feature {say_list(unknown)}: they are made of "
            f"{say_list(list(labels))}",
            USAGE,
        )
    computed = found.values if found else {}
    values = {name: by_hand.get(name, computed.get(name)) for name in labels}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        needed = found.missing_columns if found else {}
        said = [
            f"{name} ({labels[name]})"
            + (
                f", for which the orders need a column {needed[name]}"
                if name in needed
                else ""
            )
            for name in missing
        ]
        raise CommandError(
            f"what is not known: {'; '.join(said)}. Give it by hand: --feature "
            f"{missing[0]}=VALUE",
            USAGE,
        )
    return {name: value for name, value in values.items() if value is not None}


def _assign(published: Published, values: dict[str, float]) -> Row:
    given = ", ".join(f"{quoted(name)} := ?" for name in values)
    sql = f"from assign_segment({given})"
    return fetch(published.connection, sql, list(values.values()))[0]


def _compared(centres: list[Row], values: dict[str, float], result: Row) -> list[Row]:
    """Set each feature beside what is typical of the two nearest segments."""
    typical = {
        (row["segment_id"], row["feature"]): row["typical_value"] for row in centres
    }
    labels = {row["feature"]: row["feature_label"] for row in centres}
    return [
        {
            "feature": name,
            "label": labels[name],
            "value": value,
            "typical_value": typical[result["segment_id"], name],
            "runner_up_typical_value": typical.get(
                (result["runner_up_segment_id"], name)
            ),
        }
        for name, value in values.items()
    ]


def _answer(result: Row, who: Row, compared: list[Row]) -> list[tuple[str, str]]:
    label = {row["feature"]: row["label"] for row in compared}
    pairs = [
        ("Segment", result["segment_name"]),
        ("Who", who["description"] or ""),
        ("What to do", who["strategy"] or ""),
        ("Distance", f"{result['segment_distance']:.2f} from its middle"),
    ]
    if result["runner_up_segment_name"]:
        away = f"{result['runner_up_distance']:.2f} from its middle"
        pairs += [
            ("Runner-up", f"{result['runner_up_segment_name']}, {away}"),
            ("Decided by", label[result["deciding_feature"]]),
        ]
    return pairs


def _table(result: Row, compared: list[Row]) -> Iterator[str]:
    runner_up = result["runner_up_segment_name"]
    headers = ["Feature", ">Here", f">{result['segment_name']}"]
    rows = [
        [
            capitalise(row["label"]),
            say_number(row["value"]),
            say_number(row["typical_value"]),
            *([say_number(row["runner_up_typical_value"])] if runner_up else []),
        ]
        for row in compared
    ]
    yield from table([*headers, *([f">{runner_up}"] if runner_up else [])], rows)


def _notes(found: OrderFeatures, as_of_date: date, computed: set[str]) -> list[str]:
    """Say what the orders were taken for."""
    from covey.cli.answers.order_features import ASSUMPTIONS

    notes = [capitalise(each) for each in ASSUMPTIONS]
    if "tenure_days" in computed:
        notes.append("The first order is the first thing that they did")
    if found.late_count:
        left_out = say_plural(found.late_count, "row is", "rows are")
        notes.append(f"{left_out} not before {say_date(as_of_date)} and left out")
    return notes
