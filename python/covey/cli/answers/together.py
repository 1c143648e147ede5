"""What is put in one basket with an item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from covey.cli.answers.item_names import MOST_SHOWN, matching_items, say_matches
from covey.cli.context import open_current
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import table
from covey.warehouse import Row, fetch
from covey.words.wording import (
    say_count,
    say_item,
    say_percent,
    say_plural,
    say_times,
)

_ITEMS = """(
    select
        unnest(antecedent_item_ids) as item_id,
        unnest(antecedent_item_names) as item_name
    from fct_basket_rules
)"""
_RULES = """
    from fct_basket_rules
    where list_contains(antecedent_item_ids, ?)
    order by
        rule_length, is_significant desc, lift desc, antecedent_item_ids,
        consequent_item_id
"""


def together(
    context: typer.Context,
    item: Annotated[
        str,
        typer.Argument(help="An item's id, or a part of its name.", show_default=False),
    ],
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Show rules that may be chance, too.", show_default=False
        ),
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List what is bought together with an item, in one order."""
    published = open_current(context)
    matches = matching_items(published, _ITEMS, item, " with rules")
    rules: list[Row] = []
    if len(matches) == 1:
        rules = fetch(published.connection, _RULES, [matches[0]["item_id"]])
    shown = [rule for rule in rules if everything or rule["is_significant"]]

    def lines() -> Iterator[str]:
        if not rules:
            yield from say_matches(matches, item)
            return
        name = say_item(matches[0]["item_name"])
        alone = [rule for rule in shown if rule["rule_length"] == 2]
        if alone:
            yield f"Into a basket with {name} people also put"
            yield ""
            yield from _say_rules(alone, matches[0]["item_id"])
        else:
            yield f"Nothing goes with {name} alone more than by chance"
        with_more = [rule for rule in shown if rule["rule_length"] > 2]
        if with_more:
            yield ""
            yield f"And if something else is in it, besides {name}"
            yield ""
            yield from _say_rules(with_more, matches[0]["item_id"])
        hidden = len(rules) - len(shown)
        if hidden:
            what = say_plural(hidden, "more rule", "more rules")
            yield ""
            yield f"{what} may be chance, or follow from a shorter one: --all"

    flat = [
        {
            **rule,
            "antecedent_item_ids": " + ".join(rule["antecedent_item_ids"]),
            "antecedent_item_names": " + ".join(rule["antecedent_item_names"]),
        }
        for rule in shown
    ]
    document = {"matches": matches, "rules": shown}
    show(as_json, as_csv, document, flat if rules else matches, lines)


def _say_rules(rules: Sequence[Row], item_id: str) -> Iterator[str]:
    """Lay out rules, the liveliest first; what else they begin with, where there is."""
    has_more = rules[0]["rule_length"] > 2
    yield from table(
        [
            *(["Besides"] if has_more else []),
            "Item",
            ">Baskets",
            ">Of those",
            ">Than usual",
            ">Lasting",
        ],
        [
            [
                *([_others(rule, item_id)] if has_more else []),
                say_item(rule["consequent_item_name"]),
                say_count(rule["basket_count"]),
                say_percent(rule["confidence"]),
                say_times(rule["lift"]),
                "yes" if rule["is_in_both_halves"] else "no",
            ]
            for rule in rules[:MOST_SHOWN]
        ],
    )
    if len(rules) > MOST_SHOWN:
        yield f"and {say_count(len(rules) - MOST_SHOWN)} more"


def _others(rule: Row, item_id: str) -> str:
    named = zip(rule["antecedent_item_ids"], rule["antecedent_item_names"], strict=True)
    return " + ".join(say_item(name) for each, name in named if each != item_id)
