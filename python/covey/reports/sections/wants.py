"""What each customer wants: how good the lists are, and what they look like."""

from __future__ import annotations

from collections.abc import Sequence

from covey.published.comparisons import Comparison, choose_leading
from covey.published.queries import ReportRows
from covey.reports.charts.palette import OURS
from covey.reports.charts.quality import build_cut_off_chart
from covey.reports.charts.scores import draw_labelled_bars
from covey.reports.content import (
    Block,
    Chart,
    Column,
    Example,
    Examples,
    Heading,
    ItemList,
    Note,
    Section,
    Table,
    cells,
)
from covey.reports.sections.lists import build_segment_items, say_lengths
from covey.warehouse import Row
from covey.words.metric_words import describe_metric
from covey.words.vocabulary import say_list_name, say_model
from covey.words.wording import (
    say_count,
    say_item,
    say_list,
    say_money,
    say_number,
    say_percent,
    say_plural,
    shorten_pseudonym,
)

QUESTION = "What does each one want next?"
EXAMPLES_SHOWN = 4
MAIN_LIST = "new_for_you"
SHOWN_MEASURES = ("ndcg", "recall", "hit_rate", "coverage", "diversity", "bestseller")


def build_wants_section(
    rows: ReportRows,
    comparisons: Sequence[Comparison],
    colours: dict[str, str],
    currency_code: str,
) -> Section:
    """Say what is recommended, and how much better that is than popularity.

    Parameters
    ----------
    rows : ReportRows
        What was read.
    comparisons : sequence of Comparison
        Figures of the quality table.
    colours : dict of str to str
        Colour by `segment_id`.
    currency_code : str
        Currency of the amounts.
    """
    own = choose_list_comparisons(comparisons)
    if not rows["list_methods"]:
        return Section(
            "wants",
            "Wants",
            QUESTION,
            "There are no recommendations in this version.",
            (Note("Lists appear once there are purchases of items.", "missing"),),
        )
    blocks: list[Block] = [Note(_say_lists(rows["list_methods"]))]
    charts = [build_cut_off_chart(item, is_half_width=len(own) > 1) for item in own]
    blocks.extend(chart for chart in charts if chart is not None)
    if not any(charts):
        blocks.append(Note("The lists could not be tested on later months.", "missing"))
    standing = _build_standing(comparisons)
    if standing.rows:
        blocks.append(standing)
    if rows["examples"]:
        blocks.append(Heading("What the lists look like"))
        blocks.append(_build_examples(rows["examples"], colours, currency_code))
    if rows["list_lengths"]:
        blocks.append(Note(say_lengths(rows["list_lengths"])))
    if rows["segment_items"]:
        blocks.append(build_segment_items(rows["segment_items"]))
    if rows["top_items"]:
        blocks.append(_build_top_items(rows))
    if rows["neighbours"]:
        blocks.append(_build_neighbours(rows["neighbours"]))
    answer = " ".join(_say_standing(item) for item in own)
    return Section(
        "wants",
        "Wants",
        QUESTION,
        answer or "The lists are made; their quality could not be tested yet.",
        tuple(blocks),
    )


def choose_list_comparisons(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Choose the leading figure of each list."""
    return choose_leading(comparisons, "recommendations")


def say_advantage(comparison: Comparison) -> str:
    """Say how a list stands beside the simple rule, as in "7% better than"."""
    if comparison.standing == "alone" or not comparison.baseline_value:
        return "not compared with"
    relative = abs(comparison.value / comparison.baseline_value - 1)
    words = {
        "same": "as good as",
        "better": f"{say_percent(relative)} better than",
        "worse": f"{say_percent(relative)} worse than",
    }
    return words[comparison.standing]


def _say_standing(comparison: Comparison) -> str:
    rule = say_model(comparison.baseline_model)
    sentence = (
        f"“{say_list_name(comparison.subject)}” is {say_advantage(comparison)} "
        f"showing {rule}"
    )
    if not comparison.is_published:
        sentence = (
            f"For “{say_list_name(comparison.subject)}” the learned list was "
            f"{say_advantage(comparison)} showing {rule}, so the simple rule is used"
        )
    return f"{sentence}."


def _build_standing(comparisons: Sequence[Comparison]) -> Table:
    """Put what each list is judged by, and what it is like, beside its simple rule."""
    lists = [item for item in comparisons if item.task == "recommendations"]
    lists.sort(key=lambda item: item.subject != MAIN_LIST)
    return Table(
        "How the lists stand, as means over the test periods",
        (
            Column("List"),
            Column("Measure"),
            Column("covey", True),
            Column("Simple rule", True),
            Column("Grade"),
        ),
        tuple(
            cells(
                say_list_name(item.subject),
                describe_metric(item.metric).label,
                item.say(item.value),
                item.say(item.baseline_value),
                item.grade or "",
            )
            for item in lists
            if item.baseline_value is not None
            and item.metric.startswith(SHOWN_MEASURES)
        ),
        "Grade A: its NDCG beats the simple rule's by more than two standard errors; "
        "B: by less; C: not at all, so the simple rule is shown. Variety is the share "
        "of the range on anybody's list.",
    )


def _say_lists(methods: Sequence[Row]) -> str:
    sentences = []
    names = dict.fromkeys(row["list_name"] for row in methods)
    for list_name in sorted(names, key=lambda name: name != MAIN_LIST):
        own = [row for row in methods if row["list_name"] == list_name]
        people = say_plural(own[0]["list_customer_count"], "customer", "customers")
        total = sum(row["row_count"] for row in own)
        sources = [
            f"{say_model(row['method'])} ({say_percent(row['row_count'] / total)})"
            for row in own
        ]
        made_from = say_list(sources) if len(own) > 1 else say_model(own[0]["method"])
        sentences.append(
            f"“{say_list_name(list_name)}” is there for {people}, made from "
            f"{made_from}."
        )
    return " ".join(sentences)


def _build_examples(
    examples: Sequence[Row], colours: dict[str, str], currency_code: str
) -> Examples:
    order = {segment_id: position for position, segment_id in enumerate(colours)}
    customers = sorted(
        {row["customer_id"]: row for row in examples}.values(),
        key=lambda row: (order.get(row["segment_id"], len(order)), row["customer_id"]),
    )
    cards = []
    for customer in customers[:EXAMPLES_SHOWN]:
        own = [row for row in examples if row["customer_id"] == customer["customer_id"]]
        names = sorted(
            {row["list_name"] for row in own},
            key=lambda name: (name != MAIN_LIST, name),
        )
        cards.append(
            Example(
                f"Customer {shorten_pseudonym(customer['customer_id'])}",
                _say_who(customer, currency_code),
                tuple(
                    ItemList(
                        say_list_name(name),
                        tuple(
                            (say_item(row["item_name"]), _say_because(row))
                            for row in own
                            if row["list_name"] == name
                        ),
                    )
                    for name in names
                ),
                colours.get(customer["segment_id"]),
            )
        )
    return Examples(tuple(cards))


def _say_who(customer: Row, currency_code: str) -> str:
    segment = customer["segment_name"] or "No segment"
    if customer["last_order_date"] is None:
        return str(segment)
    spend = say_money(customer["spend_amount_90d"], currency_code)
    return f"{segment}, {spend} in 90 days"


def _say_because(row: Row) -> str:
    if row["because_item_name"] == row["item_name"]:
        return ""
    if row["because_item_name"]:
        return f"because of {say_item(row['because_item_name'])}"
    if row["method"] == "own_frequency":
        return ""
    return f"{say_model(row['method'])}"


def _build_top_items(rows: ReportRows) -> Chart:
    total = max(
        row["list_customer_count"]
        for row in rows["list_methods"]
        if row["list_name"] == MAIN_LIST
    )
    points = [
        {
            "position": position,
            "name": say_item(row["item_name"]),
            "value": row["customer_count"],
            "label": f"{say_count(row['customer_count'])} customers, "
            f"{say_percent(row['customer_count'] / total)}",
        }
        for position, row in enumerate(rows["top_items"])
    ]
    description = "Items that stand on the most lists of new items: " + "; ".join(
        f"{point['name']}, {point['label']}" for point in points
    )
    return Chart(
        "top-items",
        "What is suggested most often as new",
        description,
        draw_labelled_bars(points, OURS, description),
        Table(
            "Items on the most lists",
            (Column("Item"), Column("Customers", True)),
            tuple(
                cells(say_item(row["item_name"]), say_count(row["customer_count"]))
                for row in rows["top_items"]
            ),
        ),
    )


def _build_neighbours(neighbours: Sequence[Row]) -> Table:
    table_rows = []
    for item_id in dict.fromkeys(row["item_id"] for row in neighbours):
        own = [row for row in neighbours if row["item_id"] == item_id]
        others = [
            f"{say_item(row['neighbour_item_name'])} ({say_number(row['similarity'])})"
            for row in own
        ]
        table_rows.append(cells(say_item(own[0]["item_name"]), "; ".join(others)))
    return Table(
        "Which items go together: those that explain the most suggestions",
        (Column("Item"), Column("Bought by the same people (likeness)")),
        tuple(table_rows),
        "Likeness is high when the same customers buy both more than their "
        "popularity explains.",
    )
