"""Whether to trust the page: each figure beside the best simple rule."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from covey.published.comparisons import Comparison, choose_leading
from covey.reports.charts.quality import build_cut_off_chart
from covey.reports.content import Block, Cell, Column, Note, Section, Table, cells
from covey.warehouse import Row
from covey.words.metric_words import describe_metric
from covey.words.vocabulary import (
    say_model,
    say_subject,
    say_verdict,
)
from covey.words.wording import say_plural

QUESTION = "Can I trust it?"
STANDINGS = {
    "better": ("better", "good"),
    "same": ("about the same", "same"),
    "worse": ("worse", "bad"),
    "alone": ("nothing to compare", "same"),
}


def build_trust_section(
    comparisons: Sequence[Comparison], quality: Sequence[Row]
) -> Section:
    """Say how much of what was learned beats a simple rule, out of time.

    Parameters
    ----------
    comparisons : sequence of Comparison
        Figures of the quality table, each subject's together.
    quality : sequence of dict
        All rows of `rpt_model_quality`, for the models that were tried besides.
    """
    untested = [row for row in quality if row["verdict"] == "no test possible"]
    if not comparisons:
        why = (
            "There is too little history to test anything on a later period."
            if untested
            else "No quality figures were published with this version."
        )
        return Section(
            "trust",
            "Trust",
            QUESTION,
            why,
            (Note("Treat everything above as untested.", "missing"),),
        )
    tasks = dict.fromkeys(item.task for item in comparisons)
    leading = [item for task in tasks for item in choose_leading(comparisons, task)]
    standings = [item.standing for item in leading]
    things = say_plural(len(leading), "thing that was", "things that were")
    answer = (
        f"Of {things} learned, {standings.count('better')} beat the best simple rule, "
        f"{standings.count('same')} did about as well and "
        f"{standings.count('worse')} did worse, on periods that no model had seen."
    )
    blocks: list[Block] = [
        Note(
            "Anything that does not beat a simple rule is replaced by that rule, apart "
            "from the segments: they serve people, not only prediction."
        )
    ]
    blocks.extend(_build_tables(comparisons))
    charts = [
        build_cut_off_chart(item, is_half_width=True)
        for item in comparisons
        if item.task == "propensity" and "auc" in item.metric.lower()
    ]
    blocks.extend(chart for chart in charts if chart is not None)
    blocks.append(_build_explanations(comparisons))
    return Section("trust", "Trust", QUESTION, answer, tuple(blocks))


def _build_tables(comparisons: Sequence[Comparison]) -> list[Table]:
    tables = []
    for (task, subject), group in groupby(
        comparisons, key=lambda item: (item.task, item.subject)
    ):
        own = list(group)
        columns = (
            Column("Measure"),
            Column("covey", True),
            Column("Best simple rule", True),
            Column("Difference"),
            Column("Verdict"),
        )
        rows = tuple(_build_row(item) for item in own)
        models = sorted({item.model for item in own})
        rules = sorted({item.baseline_model for item in own if item.baseline_model})
        note = f"covey: {'; '.join(say_model(model) for model in models)}."
        if rules:
            note += f" Simple rule: {'; '.join(say_model(rule) for rule in rules)}."
        tables.append(Table(say_subject(task, subject), columns, rows, note))
    return tables


def _build_row(item: Comparison) -> tuple[Cell, ...]:
    words, tone = STANDINGS[item.standing]
    error = f" ± {item.say(item.standard_error)}" if item.standard_error else ""
    if item.standing in ("better", "worse") and item.advantage is not None:
        words = f"{words} by {item.say_difference(item.advantage)}"
    rule = "none" if item.baseline_value is None else item.say(item.baseline_value)
    verdict = say_verdict(item.verdict)
    if item.task == "segments" and item.verdict == "beaten by the baseline":
        verdict = f"{verdict}; kept, since people work with segments"
    elif not item.is_published:
        verdict = f"{verdict}, so the simple rule is used"
    return (
        Cell(describe_metric(item.metric).label),
        Cell(f"{item.say(item.value)}{error}"),
        Cell(rule),
        Cell(words, tone=tone),
        Cell(verdict),
    )


def _build_explanations(comparisons: Sequence[Comparison]) -> Table:
    metrics = {
        describe_metric(item.metric).label: describe_metric(item.metric).explanation
        for item in comparisons
    }
    return Table(
        "How to read the measures",
        (Column("Measure"), Column("What it says")),
        tuple(cells(label, text) for label, text in metrics.items() if text),
        "± is one standard error: differences within it may be chance.",
    )
