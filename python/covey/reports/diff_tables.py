"""What changed between two versions in words and short tables, for any kind of page.

Where the tables leave the company, groups of fewer than ten customers stay untold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from covey.published.version_diff import REASONS, VersionDiff
from covey.warehouse import Row
from covey.words.wording import (
    say_count,
    say_date,
    say_money,
    say_percent,
    say_plural,
)

SMALLEST_GROUP = 10
MOST_MOVES = 15
_WHY = {
    "customer_moved": "customer moved",
    "model_moved": "model moved",
    "both_moved": "both moved",
    "joined": "joined",
    "left": "left",
    None: "not told",
}


@dataclass(frozen=True)
class DiffTable:
    """A short table; a header that begins with ``>`` is aligned to the right."""

    headers: list[str]
    rows: list[list[str]]


def diff_facts(diff: VersionDiff, smallest: int = 1) -> list[tuple[str, str]]:
    """Say in a few lines which versions these are, how many moved, and why."""
    currency = str(diff.after["currency_code"] or "")
    moved = diff.total()
    share = moved["customer_count"] / max(diff.customer_count, 1)
    facts = [
        ("Before", _version(diff.before)),
        ("After", _version(diff.after)),
        ("Segments", _fit(diff)),
        (
            "Moved",
            f"{say_count(moved['customer_count'])} of "
            f"{say_plural(diff.customer_count, 'customer', 'customers')} "
            f"({say_percent(share)}), with "
            f"{say_money(moved['spend_amount_90d'], currency)} of spend in 90 days",
        ),
    ]
    told = {row["reason"] for row in diff.moves} & set(REASONS[:3])
    reasons = [*REASONS[:3], None] if told else []
    for reason in [*reasons, *REASONS[3:]]:
        total = diff.total(reason)
        count = total["customer_count"]
        if count:
            is_told = count >= smallest
            facts.append(
                (
                    _WHY[reason].capitalize(),
                    f"{say_count(count)}, with "
                    f"{say_money(total['spend_amount_90d'], currency)}"
                    if is_told
                    else f"fewer than {smallest}",
                )
            )
    return facts


def segment_table(diff: VersionDiff, smallest: int = 1) -> DiffTable:
    """Set the sizes and the money of each segment side by side."""
    currency = str(diff.after["currency_code"] or "")
    headers = ["Segment", ">Customers", ">Now", ">Change", ">Spend in 90 days", ">Now"]
    rows = []
    for row in diff.segments:
        sizes = row["customers_before"], row["customers_after"]
        is_told = [not 0 < size < smallest for size in sizes]
        money = row["spend_before"], row["spend_after"]
        change = sizes[1] - sizes[0]
        rows.append(
            [
                _segment_name(row),
                *(
                    say_count(size) if told else f"under {smallest}"
                    for size, told in zip(sizes, is_told, strict=True)
                ),
                _signed(change) if all(is_told) else "",
                *(
                    say_money(each, currency) if told else ""
                    for each, told in zip(money, is_told, strict=True)
                ),
            ]
        )
    return DiffTable(headers, rows)


def move_table(
    diff: VersionDiff, smallest: int = 1, most: int = MOST_MOVES
) -> DiffTable:
    """Tell the ways that most customers went; the rest is one row."""
    currency = str(diff.after["currency_code"] or "")
    told = [row for row in diff.moves if row["customer_count"] >= smallest][:most]
    others = [row for row in diff.moves if row not in told]
    rows = [
        [
            row["from_segment_name"] or "–",
            row["to_segment_name"] or "–",
            say_count(row["customer_count"]),
            say_money(row["spend_amount_90d"], currency),
            _WHY[row["reason"]],
        ]
        for row in told
    ]
    if others:
        count = sum(row["customer_count"] for row in others)
        money = sum(row["spend_amount_90d"] for row in others)
        is_told = count >= smallest
        ways = say_plural(len(others), "other way", "other ways")
        rows.append(
            [
                ways,
                "",
                say_count(count) if is_told else f"under {smallest}",
                say_money(money, currency) if is_told else "",
                "",
            ]
        )
    return DiffTable(["From", "To", ">Customers", ">Spend in 90 days", "Why"], rows)


def figure_table(diff: VersionDiff) -> DiffTable:
    """Set scores and rows side by side."""
    rows = [row for score in diff.scores for row in _score_rows(score)]
    for column in ("input", "accepted", "rejected", "duplicate"):
        name = f"{column}_rows"
        counts = int(diff.rows_before[name]), int(diff.rows_after[name])
        rows.append(_counts(f"{column.capitalize()} rows", *counts))
    lost = [_lost(each) for each in (diff.rows_before, diff.rows_after)]
    rows.append(_counts("Rows without an end", *lost))
    return DiffTable(["Figure", ">Before", ">Now", ">Change"], rows)


def markdown(diff: VersionDiff) -> Iterator[str]:
    """Write everything as Markdown, for a pull request."""
    business = str(diff.after["business"]).capitalize()
    yield f"### {_escaped(business)}: what this build changes"
    yield ""
    for name, text in diff_facts(diff, SMALLEST_GROUP):
        yield f"* **{name}**: {_escaped(text)}"
    parts = (
        ("Segments", segment_table(diff, SMALLEST_GROUP)),
        ("Who moved where", move_table(diff, SMALLEST_GROUP)),
        ("Scores and rows", figure_table(diff)),
    )
    for title, table in parts:
        yield ""
        yield f"**{title}**"
        yield ""
        yield from _markdown_table(table)


def _markdown_table(table: DiffTable) -> Iterator[str]:
    if not table.rows:
        yield "Nothing."
        return
    titles = [header.removeprefix(">") for header in table.headers]
    yield f"| {' | '.join(titles)} |"
    rules = ["---:" if header.startswith(">") else "---" for header in table.headers]
    yield f"|{'|'.join(rules)}|"
    for row in table.rows:
        yield f"| {' | '.join(map(_escaped, row))} |"


def _escaped(text: str) -> str:
    """Keep a name from being taken for markup, or for a mention of somebody."""
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.replace("@", "@\u200b").split())


def _version(version: Row) -> str:
    return f"{version['version']}, knows all before {say_date(version['as_of_date'])}"


def _fit(diff: VersionDiff) -> str:
    if diff.is_same_fit:
        return "by the same fit: only customers can have moved"
    if diff.matched_by == "segment_id":
        return "fitted anew, with the same ids"
    return "fitted anew, without a common history: matched by their names"


def _segment_name(row: Row) -> str:
    now, was = row["name_after"], row["name_before"]
    if now is None:
        return f"{was} (gone)"
    if was is None:
        return f"{now} (new)"
    return now if now == was else f"{now} (was {was})"


def _score_rows(score: Row) -> Iterator[list[str]]:
    outcome = score["outcome_type"]
    before, after = (score[f"mean_probability_{when}"] for when in ("before", "after"))
    change = "" if None in (before, after) else f"{100 * (after - before):+.1f} points"
    up, down = (say_count(score[f"decile_{way}_count"]) for way in ("up", "down"))
    yield [
        f"{outcome}: mean chance",
        say_percent(before),
        say_percent(after),
        change.replace("-", "−"),
    ]
    yield [
        f"{outcome}: in another tenth, of {say_count(score['both_count'])}",
        "",
        "",
        f"{up} up, {down} down",
    ]
    contacts = score["contacts_before"], score["contacts_after"]
    yield _counts(f"{outcome}: worth contacting", *contacts)


def _counts(name: str, before: int, after: int) -> list[str]:
    return [name, say_count(before), say_count(after), _signed(after - before)]


def _signed(change: float) -> str:
    return f"{change:+,.0f}".replace("-", "−") if change else "0"


def _lost(rows: Row) -> int:
    ends = ("accepted_rows", "rejected_rows", "duplicate_rows")
    return int(rows["input_rows"]) - sum(int(rows[end]) for end in ends)
