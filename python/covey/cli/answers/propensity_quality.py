"""What was tried for the probabilities: other ways to make them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from covey.cli.tables import WIDTH, table
from covey.published.comparisons import Comparison
from covey.published.model_card import DUEL
from covey.words.vocabulary import say_model, say_subject
from covey.words.wording import say_number

Figures = dict[str, dict[str, Any]]
MEASURES = ("auc", "brier", "calibration_error", "top_decile_lift", "seconds")


def why_lines(shown: Comparison) -> Iterator[str]:
    """Say why a rule stays, since the test alone may speak for the model."""
    if shown.task == "propensity" and shown.verdict == "beaten by the baseline":
        yield from wrap(DUEL, WIDTH)


def way_lines(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Show each other way beside what is published, if a build compared them.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `rpt_model_quality`.
    """
    found: dict[str, dict[str, Figures]] = {}
    for row in rows:
        if row["task"] == "propensity" and row["split"] == "compare_mean":
            ways = found.setdefault(row["subject"], {})
            ways.setdefault(row["model"], {})[row["metric"]] = row
    for subject, ways in sorted(found.items()):
        yield ""
        title = say_subject("propensity", subject)
        yield f"Ways to make them (build --compare): {title}"
        yield from table(
            [
                "Way",
                ">AUC",
                ">Gain",
                ">Brier",
                ">Calibration",
                ">Lift",
                ">Seconds",
            ],
            [
                [
                    say_model(model),
                    _say(figures, "auc"),
                    _say_gain(figures),
                    *(_say(figures, metric) for metric in MEASURES[1:]),
                ]
                for model, figures in sorted(ways.items(), key=_merit)
                if "auc" in figures
            ],
        )


def _merit(way: tuple[str, Figures]) -> tuple[float, str]:
    return -way[1].get("auc", {}).get("value", 0.0), way[0]


def _say(figures: Figures, metric: str) -> str:
    value = figures.get(metric, {}).get("value")
    return "-" if value is None else say_number(value)


def _say_gain(figures: Figures) -> str:
    if figures["auc"]["verdict"] == "chosen":
        return "published"
    row = figures.get("auc_gain", {})
    if row.get("value") is None:
        return "-"
    return f"{row['value']:+.3f} ± {row['standard_error'] or 0:.3f}"
