"""How to read each measure of quality, in plain language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from covey.words.wording import say_name


@dataclass(frozen=True)
class Metric:
    """How to read one measure of quality."""

    label: str
    explanation: str
    is_higher_better: bool = True
    is_percent: bool = False
    ideal: float | None = None

    def rate(self, value: float) -> float:
        """Turn a value into one that is higher where it is better."""
        if self.ideal is not None:
            return -abs(value - self.ideal)
        return value if self.is_higher_better else -value


METRICS: tuple[tuple[re.Pattern[str], Metric], ...] = (
    (
        re.compile(r"average_precision"),
        Metric(
            "Finding the few (average precision)",
            "Going down the list from the highest score: how often a name on it was "
            "right, on average. Guessing gives the base rate.",
        ),
    ),
    (
        re.compile(r"maximum_profit"),
        Metric(
            "Campaign profit (EMP)",
            "What a campaign to keep customers earns per customer when its list ends "
            "at the best place; a kept customer counts 200, an offer 10, a contact 1.",
        ),
    ),
    (
        re.compile(r"auc"),
        Metric(
            "Ranking (AUC)",
            "Take one customer to whom it happened and one to whom it did not: how "
            "often the first one had the higher score. 0.5 is a coin toss, 1 is "
            "perfect; close to 1 in real life is usually a mistake in the data.",
        ),
    ),
    (
        re.compile(r"skill"),
        Metric(
            "Improvement over guessing",
            "Share of the miss (Brier score) that is saved beside giving everybody "
            "the same chance.",
            is_percent=True,
        ),
    ),
    (
        re.compile(r"brier"),
        Metric(
            "Miss (Brier score)",
            "The squared distance between the predicted chance and what happened. "
            "Smaller is better, 0 is perfect.",
            is_higher_better=False,
        ),
    ),
    (
        re.compile(r"slope"),
        Metric(
            "Boldness (calibration slope)",
            "1 is right; below 1 the chances are too bold, above 1 too timid.",
            ideal=1.0,
        ),
    ),
    (
        re.compile(r"calibration|^ece$"),
        Metric(
            "Calibration error",
            "By how much predicted chances differ from observed rates, on average. "
            "Smaller is better.",
            is_higher_better=False,
        ),
    ),
    (
        re.compile(r"lift"),
        Metric(
            "Lift in the top tenth",
            "How many times as often it happened among the tenth of customers with "
            "the highest scores as among all.",
        ),
    ),
    (
        re.compile(r"log_?loss"),
        Metric(
            "Miss (log loss)",
            "Punishes confident predictions that turn out wrong. Smaller is better.",
            is_higher_better=False,
        ),
    ),
    (
        re.compile(r"profit|expected_value"),
        Metric("Profit per customer", "What acting on the score would have earned."),
    ),
    (
        re.compile(r"ndcg"),
        Metric(
            "List quality (NDCG)",
            "From 0 to 1: how much of what customers went on to buy was in their ten "
            "suggestions, counting more when it stood near the top.",
        ),
    ),
    (
        re.compile(r"recall"),
        Metric(
            "Found (recall)",
            "Share of what customers went on to buy that was among the suggestions.",
            is_percent=True,
        ),
    ),
    (
        re.compile(r"precision"),
        Metric(
            "Right (precision)",
            "Share of the suggestions that customers went on to buy.",
            is_percent=True,
        ),
    ),
    (
        re.compile(r"hit_?rate"),
        Metric(
            "Hit rate",
            "Share of customers who bought at least one of their suggestions.",
            is_percent=True,
        ),
    ),
    (
        re.compile(r"coverage"),
        Metric(
            "Variety (coverage)",
            "Share of the range that is suggested to anybody.",
            is_percent=True,
        ),
    ),
    (
        re.compile(r"^map"),
        Metric(
            "Average precision of a list (MAP)",
            "Going down the list: how much of it was right at each right suggestion.",
        ),
    ),
    (
        re.compile(r"novelty"),
        Metric(
            "Rarity (novelty)",
            "How seldom the suggestions are bought, in halvings: 0 is bought by "
            "everybody, 3 by an eighth of the customers.",
        ),
    ),
    (
        re.compile(r"diversity"),
        Metric(
            "Mixture within a list (diversity)",
            "1 less how much the same people choose two suggestions of a list.",
            is_percent=True,
        ),
    ),
    (
        re.compile(r"bestseller"),
        Metric(
            "Share of bestsellers",
            "Share of the suggestions that are among the 20 items which most "
            "customers bought in the last 30 days.",
            is_higher_better=False,
            is_percent=True,
        ),
    ),
    (
        re.compile(r"jaccard|stability"),
        Metric(
            "Steadiness",
            "Share of the least steady segment that stays together when the segments "
            "are made again from a redrawn sample.",
            is_percent=True,
        ),
    ),
    (
        re.compile(r"rand"),
        Metric(
            "Agreement (adjusted Rand)",
            "How far two runs put the same customers together: 1 is always, 0 is "
            "chance.",
        ),
    ),
    (
        re.compile(r"r2|r_squared"),
        Metric(
            "Spend explained (R²)",
            "Share of the differences in customers' next spend that knowing the "
            "segment explains.",
        ),
    ),
    (
        re.compile(r"silhouette"),
        Metric(
            "Separation (silhouette)",
            "How far apart the segments lie, from -1 to 1. High values do not mean "
            "useful segments.",
        ),
    ),
)


def describe_metric(metric: str) -> Metric:
    """Find how to read a metric, by what its name contains."""
    for pattern, description in METRICS:
        if pattern.search(metric.lower()):
            return description
    return Metric(say_name(metric).capitalize(), "")
