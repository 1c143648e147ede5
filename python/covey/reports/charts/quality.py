"""A measure at each test cut-off beside the simple rule's."""

from __future__ import annotations

from covey.published.comparisons import Comparison
from covey.reports.charts.scores import draw_cut_offs
from covey.reports.content import Chart, Column, Table, cells
from covey.words.metric_words import describe_metric
from covey.words.vocabulary import (
    say_list_name,
    say_model,
    say_outcome_title,
)
from covey.words.wording import lower_first, say_plural, say_short_date


def build_cut_off_chart(
    comparison: Comparison, is_half_width: bool = False
) -> Chart | None:
    """Draw one measure over its test cut-offs.

    Parameters
    ----------
    comparison : Comparison
        What to draw.
    is_half_width : bool
        Whether two such charts stand side by side.

    Returns
    -------
    Chart or None
        None where there is no single cut-off with a simple rule to compare.
    """
    rows = [row for row in comparison.cut_offs if row["baseline_value"] is not None]
    if not rows:
        return None
    metric = describe_metric(comparison.metric)
    ours, theirs = "covey", "Simple rule"
    points = []
    for row in rows:
        cut_off = say_short_date(row["as_of_date"])
        error = row["standard_error"] or 0.0
        for side, value, spread in (
            (ours, row["value"], error),
            (theirs, row["baseline_value"], 0.0),
        ):
            points.append(
                {
                    "cut_off": cut_off,
                    "side": side,
                    "value": value,
                    "low": value - spread,
                    "high": value + spread,
                    "label": comparison.say(value),
                }
            )
    is_list = comparison.task == "recommendations"
    subject = (
        say_list_name(comparison.subject)
        if is_list
        else say_outcome_title(comparison.subject)
    )
    description = (
        f"{subject}: {metric.label} at {say_plural(len(rows), 'cut-off', 'cut-offs')}. "
        + "; ".join(
            f"{say_short_date(row['as_of_date'])}: {comparison.say(row['value'])} "
            f"beside {comparison.say(row['baseline_value'])}"
            for row in rows
        )
        + ". Lines show one standard error up and down."
    )
    numbers = Table(
        f"{metric.label} at each test cut-off",
        (
            Column("Test period from"),
            Column("covey", True),
            Column("Standard error", True),
            Column("Simple rule", True),
        ),
        tuple(
            cells(
                say_short_date(row["as_of_date"]),
                comparison.say(row["value"]),
                comparison.say(row["standard_error"]),
                comparison.say(row["baseline_value"]),
            )
            for row in rows
        ),
        metric.explanation,
    )
    return Chart(
        f"cut-offs-{comparison.subject}-{comparison.metric}",
        f"{subject}: {lower_first(metric.label)} in each test period",
        description,
        draw_cut_offs(points, (ours, theirs), metric.label, description),
        numbers,
        f"covey: {say_model(comparison.model)}. Simple rule: "
        f"{say_model(comparison.baseline_model)}. Lines show one standard error.",
        is_half_width,
    )
