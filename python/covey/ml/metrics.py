"""How good probabilities are, and how sure one can be of it.

All figures treat equal probabilities alike, whatever the order of the rows, and are
`nan` where they are not defined (one class only, no rows).
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from scipy.stats import beta, rankdata
from sklearn.metrics import average_precision_score

Floats = npt.NDArray[np.float64]

METRICS = (
    "auc",
    "brier",
    "brier_skill",
    "log_loss",
    "calibration_error",
    "calibration_slope",
    "top_decile_lift",
    "base_rate",
    "average_precision",
    "accuracy",
    "precision",
    "recall",
    "f1",
    "expected_maximum_profit",
)
YES = 0.5  # from here on a probability counts as a yes, in accuracy to f1
SMALLEST_PROBABILITY = 1e-15
NEWTON_STEPS = 25
LARGEST_CONDITION = 1e12
# The published defaults of the expected maximum profit of a retention campaign: what a
# kept customer is worth, the offer, the contact, and the spread of those it keeps.
CUSTOMER_VALUE, OFFER_COST, CONTACT_COST = 200.0, 10.0, 1.0
KEPT_SHARES = beta(6, 14).ppf((np.arange(200) + 0.5) / 200)


def measure_probabilities(outcome: Floats, probability: Floats) -> Floats:
    """Measure everything in `METRICS`, in that order.

    Parameters
    ----------
    outcome : 0 or 1 per row
    probability : from 0 to 1 per row

    Examples
    --------
    >>> figures = measure_probabilities(np.array([0, 1.0]), np.array([0.2, 0.8]))
    >>> float(figures[METRICS.index("auc")])
    1.0
    """
    if len(outcome) == 0:
        return np.full(len(METRICS), np.nan)
    base_rate = outcome.mean()
    brier = ((outcome - probability) ** 2).mean()
    variance = base_rate * (1 - base_rate)
    return np.array(
        [
            measure_auc(outcome, probability),
            brier,
            1 - brier / variance if variance > 0 else np.nan,
            measure_log_loss(outcome, probability),
            measure_calibration_error(outcome, probability),
            measure_calibration_slope(outcome, probability),
            measure_top_decile_lift(outcome, probability),
            base_rate,
            _measure_average_precision(outcome, probability),
            *measure_yes(outcome, probability >= YES),
            measure_expected_maximum_profit(outcome, probability),
        ]
    )


def measure_auc(outcome: Floats, probability: Floats) -> float:
    """Chance that a positive row has the higher probability; ties count half."""
    positives = outcome.sum()
    negatives = len(outcome) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    rank_sum = rankdata(probability)[outcome == 1].sum()
    lowest_sum = positives * (positives + 1) / 2
    return float((rank_sum - lowest_sum) / (positives * negatives))


def measure_log_loss(outcome: Floats, probability: Floats) -> float:
    """Mean of minus the log of the probability that was given to what happened."""
    clipped = np.clip(probability, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
    return float(-np.log(np.where(outcome == 1, clipped, 1 - clipped)).mean())


def rank_deciles(probability: Floats) -> npt.NDArray[np.int64]:
    """Tenths from 1 (lowest) to 10; equal probabilities share one."""
    mean_ranks = rankdata(probability) - 0.5
    tenths = mean_ranks * 10 // max(len(probability), 1)
    return np.asarray(tenths + 1, dtype=np.int64)


def measure_calibration_error(outcome: Floats, probability: Floats) -> float:
    """Mean gap between said and seen over ten bins of equal count."""
    deciles = rank_deciles(probability)
    gaps = np.bincount(deciles, weights=probability - outcome)
    return float(np.abs(gaps).sum() / len(outcome))


def measure_calibration_slope(outcome: Floats, probability: Floats) -> float:
    """Slope of the outcome on the log-odds: 1 is right, below 1 is overconfident.

    A logistic regression by Newton's method; where the log-odds part the outcomes
    without an overlap, no slope is steep enough and none is given.
    """
    log_odds = logit(
        np.clip(probability, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
    )
    if np.ptp(outcome) == 0 or np.ptp(log_odds) < 1e-9:
        return float("nan")
    terms = np.column_stack([np.ones_like(log_odds), log_odds])
    weights = np.zeros(2)
    for _ in range(NEWTON_STEPS):
        fitted = expit(terms @ weights)
        curvature = (terms.T * (fitted * (1 - fitted))) @ terms
        if np.linalg.cond(curvature) > LARGEST_CONDITION:
            break
        step = np.linalg.solve(curvature, terms.T @ (outcome - fitted))
        weights += step
        if np.abs(step).max() < 1e-9:
            return float(weights[1])
    return float("nan")


def measure_top_decile_lift(outcome: Floats, probability: Floats) -> float:
    """Outcomes in the likeliest tenth over those in any tenth."""
    base_rate = outcome.mean()
    if base_rate == 0:
        return float("nan")
    size = len(outcome) / 10
    threshold = np.sort(probability)[::-1][int(np.ceil(size)) - 1]
    is_above, is_tied = probability > threshold, probability == threshold
    hits = outcome[is_above].sum()
    hits += (size - is_above.sum()) * outcome[is_tied].mean()
    return float(hits / size / base_rate)


def measure_yes(
    outcome: Floats, is_yes: npt.NDArray[np.bool_]
) -> tuple[float, float, float, float]:
    """Accuracy, precision, recall and F1 of a plain yes or no.

    Precision is not defined where nobody gets a yes, recall where nobody had the
    outcome.

    Examples
    --------
    >>> measure_yes(np.array([1.0, 1, 0, 0]), np.array([True, False, False, True]))
    (0.5, 0.5, 0.5, 0.5)
    """
    hits = float(outcome[is_yes].sum())
    yes, positives = int(is_yes.sum()), float(outcome.sum())
    accuracy = float(((outcome == 1) == is_yes).mean())
    precision = hits / yes if yes else float("nan")
    recall = hits / positives if positives else float("nan")
    either = yes + positives
    return accuracy, precision, recall, 2 * hits / either if either else float("nan")


def measure_expected_maximum_profit(outcome: Floats, probability: Floats) -> float:
    """Profit per customer of a retention campaign with the best length of list.

    Whoever would have left and is contacted stays with a chance that is not known
    beforehand: the mean is over its spread (Verbraken, Verbeke and Baesens, 2013, "A
    novel profit maximizing metric", their default costs). Lists are in steps of a
    hundredth of the customers.
    """
    if np.ptp(outcome) == 0:
        return float("nan")
    order = np.argsort(-probability, kind="stable")
    groups = np.unique(probability[order], return_inverse=True)[1]
    mean_hits = np.bincount(groups, weights=outcome[order]) / np.bincount(groups)
    hits = np.concatenate([[0.0], np.cumsum(mean_hits[groups])])
    lengths = np.linspace(0, len(outcome), 101).round().astype(int)
    leavers, stayers = hits[lengths], lengths - hits[lengths]
    kept_worth = KEPT_SHARES[:, None] * (CUSTOMER_VALUE - OFFER_COST) - CONTACT_COST
    profit = kept_worth * leavers - (OFFER_COST + CONTACT_COST) * stayers
    return float(profit.max(axis=1).mean() / len(outcome))


def _measure_average_precision(outcome: Floats, probability: Floats) -> float:
    if outcome.sum() == 0:
        return float("nan")
    return float(average_precision_score(outcome, probability))


def leave_groups_out(
    statistic: Callable[[npt.NDArray[np.bool_]], Floats],
    groups: npt.NDArray[np.int64],
) -> Floats:
    """Take a statistic without each group of customers in turn.

    Parameters
    ----------
    statistic : figures from the rows that a mask keeps
    groups : a group per row; a customer's rows are all in one

    Returns
    -------
    The figures, stacked along a first axis of one entry per group.
    """
    return np.stack([statistic(groups != group) for group in np.unique(groups)])


def jackknife_error(left_out: Floats) -> Floats:
    """Estimate standard errors from `leave_groups_out`, along the first axis.

    The delete-a-group jackknife: sqrt((G - 1) / G * sum of squared deviations). It
    holds for any smooth figure, and for differences of figures, without randomness.
    """
    if len(left_out) < 2:
        return np.full(left_out.shape[1:], np.nan)
    share = (len(left_out) - 1) / len(left_out)
    deviations = left_out - left_out.mean(axis=0)
    return np.asarray(np.sqrt(share * (deviations**2).sum(axis=0)))
