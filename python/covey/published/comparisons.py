"""Which figures of the quality table stand for a task, and how they compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from covey.warehouse import Row
from covey.words.metric_words import describe_metric
from covey.words.vocabulary import LEARNED_MODELS
from covey.words.wording import say_number, say_percent

# A metric with this ending holds the paired difference to the simple rule.
GAIN_SUFFIX = "_gain"
TEST_SPLITS = ("test", "test_mean")
# What these say is true of the customers, whatever the model.
CIRCUMSTANCES = ("base_rate",)
# Of a plain yes from one half on: kept in the table, since nobody should decide so.
YES_OR_NO = ("accuracy", "precision", "recall", "f1")
# The measures that speak for a task, by a part of their name.
LEADING_METRICS = ("auc", "ndcg", "r2")
TASKS = ("segments", "propensity", "recommendations")
_KEY = ("task", "subject", "protocol", "metric")


@dataclass(frozen=True)
class Comparison:
    """One measure of one task beside the best simple rule, and its single cut-offs.

    `gain_standard_error` is the error of the difference, where it was published.
    """

    task: str
    subject: str
    protocol: str
    metric: str
    model: str
    value: float
    standard_error: float | None
    baseline_model: str | None
    baseline_value: float | None
    gain_standard_error: float | None
    verdict: str | None
    is_published: bool
    cut_offs: tuple[Row, ...]
    grade: str | None = None

    @property
    def advantage(self) -> float | None:
        """Difference to the simple rule, positive where ours is better."""
        if self.baseline_value is None:
            return None
        metric = describe_metric(self.metric)
        return metric.rate(self.value) - metric.rate(self.baseline_value)

    @property
    def standing(self) -> str:
        """One of ``better``, ``same``, ``worse`` and ``alone`` (nothing to compare).

        Two standard errors of the difference count as the same. Where only the
        figure's own error is known, one does: both sides were measured on the same
        customers, so their difference is surer than either.
        """
        if self.advantage is None:
            return "alone"
        if self.gain_standard_error is not None:
            margin = 2 * self.gain_standard_error
        else:
            margin = self.standard_error or 0.0
        if abs(self.advantage) <= max(margin, 1e-9):
            return "same"
        return "better" if self.advantage > 0 else "worse"

    def say_difference(self, difference: float) -> str:
        """Write a difference between two figures of this measure."""
        if describe_metric(self.metric).is_percent:
            return f"{abs(difference) * 100:.1f} points"
        return say_number(abs(difference))

    def say(self, value: float | None) -> str:
        """Write a figure in the unit of this measure."""
        is_percent = describe_metric(self.metric).is_percent
        return say_percent(value) if is_percent else say_number(value)


def compare_with_baselines(quality: Sequence[Row]) -> list[Comparison]:
    """Choose, for each task and measure, the learned model that answers for it.

    Parameters
    ----------
    quality : sequence of dict
        Rows of `rpt_model_quality`.

    Returns
    -------
    list of Comparison
        One for each task, subject, protocol and metric. The published model is
        chosen; where a simple rule was published, the best model that lost to it, so
        that the page shows what was tried. Of several simple rules, the best stands
        beside it.
    """

    def key(row: Row) -> tuple[str, ...]:
        return tuple(row[name] or "" for name in _KEY)

    usable = [
        row
        for row in quality
        if row["value"] is not None
        and row["split"] in TEST_SPLITS
        and row["metric"] not in (*CIRCUMSTANCES, *YES_OR_NO)
    ]
    gain_errors = {
        _place(row, row["metric"].removesuffix(GAIN_SUFFIX)): row["standard_error"]
        for row in usable
        if row["metric"].endswith(GAIN_SUFFIX)
    }
    figures = [row for row in usable if not row["metric"].endswith(GAIN_SUFFIX)]
    return [
        _compare(list(rows), gain_errors)
        for _, rows in groupby(sorted(figures, key=key), key=key)
    ]


def order_comparisons(
    comparisons: Sequence[Comparison], first_subjects: Sequence[str]
) -> list[Comparison]:
    """Put the named subjects first in their task, and the leading measure in each."""
    return sorted(
        comparisons,
        key=lambda item: (
            TASKS.index(item.task) if item.task in TASKS else len(TASKS),
            item.task,
            item.subject not in first_subjects,
            item.subject,
            _lead(item.metric),
        ),
    )


def choose_leading(comparisons: Sequence[Comparison], task: str) -> list[Comparison]:
    """Choose the one figure that speaks for each subject of a task."""
    chosen: dict[str, Comparison] = {}
    for item in comparisons:
        if item.task != task:
            continue
        if item.subject not in chosen or (
            _lead(item.metric) < _lead(chosen[item.subject].metric)
        ):
            chosen[item.subject] = item
    return list(chosen.values())


def _lead(metric: str) -> int:
    """Give the place of a measure among those that lead; all others come last."""
    name = metric.lower()
    return next(
        (place for place, part in enumerate(LEADING_METRICS) if part in name),
        len(LEADING_METRICS),
    )


def _place(row: Row, metric: str) -> tuple[object, ...]:
    names = ("task", "subject", "protocol", "split", "model", "baseline_model")
    return (metric, *(row[name] for name in names))


def _compare(
    rows: list[Row], gain_errors: dict[tuple[object, ...], float | None]
) -> Comparison:
    means = [row for row in rows if row["split"] == "test_mean"] or rows[-1:]
    metric = describe_metric(rows[0]["metric"])

    def merit(row: Row) -> tuple[bool, bool, bool, float, float, str, str]:
        baseline = row["baseline_value"]
        return (
            row["model"] != row["baseline_model"],
            bool(row["is_published"]),
            row["model"] in LEARNED_MODELS,
            metric.rate(row["value"]),
            float("-inf") if baseline is None else metric.rate(baseline),
            row["model"] or "",
            row["baseline_model"] or "",
        )

    mean = max(means, key=merit)
    cut_offs = tuple(
        row
        for row in rows
        if row["split"] == "test"
        and row["model"] == mean["model"]
        and row["baseline_model"] == mean["baseline_model"]
        and row["as_of_date"] is not None
    )
    return Comparison(
        task=mean["task"],
        subject=mean["subject"],
        protocol=mean["protocol"] or "",
        metric=mean["metric"],
        model=mean["model"],
        value=mean["value"],
        standard_error=mean["standard_error"],
        baseline_model=mean["baseline_model"],
        baseline_value=mean["baseline_value"],
        gain_standard_error=gain_errors.get(_place(mean, mean["metric"])),
        verdict=mean["verdict"],
        is_published=bool(mean["is_published"]),
        cut_offs=cut_offs,
        grade=mean.get("grade"),
    )
