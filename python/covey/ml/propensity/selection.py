"""What each feature says of an outcome by itself, and which ones a fit takes.

A fit takes every feature that varies and that is no copy of another: both are known
without the outcome, so nothing of the test is seen. The rest is told: how strong a
feature is alone, when it enters an L1 path, in how many folds it stays. One that parts
the outcomes nearly alone is a leak until somebody says otherwise, and stops the build.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LassoLarsIC, lars_path

from covey.ml.metrics import measure_auc
from covey.ml.propensity.backtest import stack_tables
from covey.ml.propensity.settings import PropensitySettings
from covey.ml.propensity.splits import FOLDS
from covey.ml.propensity.terms import (
    LOG,
    Column,
    FeatureKinds,
    Floats,
    choose_encoding,
    encode,
    read_columns,
)
from covey.ml.runs import hash_ids, one_thread, sort_rows

BINS = 10
COPY_CORRELATION = 0.995
SELECTION_COLUMNS = {
    "outcome_type": "str",
    "feature": "str",
    "kind": "str",
    "row_count": "int64",
    "known_rate": "float64",
    "auc_alone": "float64",
    "f_statistic": "float64",
    "mutual_information": "float64",
    "path_rank": "Int64",
    "fold_rate": "float64",
    "copy_of": "str",
    "is_kept": "bool",
    "reason": "str",
}


@one_thread()
def select_features(panel: pd.DataFrame, settings: PropensitySettings) -> pd.DataFrame:
    """Judge the features of each outcome.

    Parameters
    ----------
    panel : outcome_type, customer_id, as_of_date, is_positive and the features
    settings : what the model may look at

    Returns
    -------
    One row per outcome_type and feature: the share of rows where it is known, what it
    says alone (auc_alone, f_statistic, mutual_information in nats), its place in the L1
    path, the share of five folds in which it stays there, of which feature it is a
    copy, and whether and why it is kept.
    """
    tables = []
    for outcome_type, rows in panel.groupby("outcome_type"):
        own = settings.of_outcome(str(outcome_type))
        kinds = {name: own.kinds[name] for name in own.features}
        tables.append(_select(rows, kinds).assign(outcome_type=outcome_type))
    return stack_tables(tables, SELECTION_COLUMNS)


def auc_alone(column: Column, outcome: Floats) -> float:
    """Rank rows by the feature, up or down, or by what occurred in its tenth or level.

    What is missing is a kind of its own. So a leak shows whichever way it points, in
    the middle, and where it is only that a value is missing.
    """
    places = _number_bins(column)
    rates = np.bincount(places, weights=outcome) / np.maximum(np.bincount(places), 1)
    found = measure_auc(outcome, rates[places])
    if column.levels is None:
        along = measure_auc(outcome, np.nan_to_num(column.values, nan=-np.inf))
        found = max(found, along, 1 - along)
    return found


def _select(panel: pd.DataFrame, kinds: FeatureKinds) -> pd.DataFrame:
    rows = sort_rows(panel, ["as_of_date", "customer_id"])
    outcome = rows["is_positive"].to_numpy(dtype="float64")
    columns = read_columns(rows, kinds)
    blocks = [encode([choose_encoding(own, LOG)], [own]) for own in columns]
    varies = [bool(np.ptp(block, axis=0).max(initial=0) > 0) for block in blocks]
    copies = _find_copies(columns, varies)
    ranks, fold_rates = _follow_path(rows, blocks, outcome)
    table = []
    for place, column in enumerate(columns):
        copy_of = copies.get(column.name)
        bins, reason = _number_bins(column), "kept"
        if not varies[place]:
            reason = "never varies"
        elif copy_of:
            reason = f"a copy of {copy_of}"
        table.append(
            {
                "feature": column.name,
                "kind": kinds[column.name],
                "row_count": len(rows),
                "known_rate": float(1 - np.isnan(column.values).mean()),
                "auc_alone": auc_alone(column, outcome),
                "f_statistic": _f_statistic(blocks[place], outcome),
                "mutual_information": _mutual_information(bins, outcome),
                "path_rank": ranks[place],
                "fold_rate": fold_rates[place],
                "copy_of": copy_of,
                "is_kept": reason == "kept",
                "reason": reason,
            }
        )
    return pd.DataFrame(table)


def _number_bins(column: Column) -> npt.NDArray[np.int64]:
    """Give levels or tenths numbers from 1, and 0 to what is missing."""
    is_known = ~np.isnan(column.values)
    places = np.zeros(len(column.values), dtype=np.int64)
    known = column.values[is_known]
    if column.levels is not None:
        marks = choose_encoding(column, LOG).encode(column)[is_known]
        places[is_known] = 1 + marks.argmax(axis=1) if marks.size else 1
    elif len(known):
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
        places[is_known] = 1 + np.searchsorted(edges, known, side="left")
    return places


def _find_copies(columns: Sequence[Column], varies: Sequence[bool]) -> dict[str, str]:
    """Name the numbers that go with an earlier one in (nearly) all rows."""
    numbers = [
        column
        for column, is_varying in zip(columns, varies, strict=True)
        if is_varying and column.levels is None
    ]
    copies: dict[str, str] = {}
    for place, column in enumerate(numbers):
        for earlier in numbers[:place]:
            is_gap = np.isnan(column.values), np.isnan(earlier.values)
            if earlier.name in copies or (is_gap[0] != is_gap[1]).any():
                continue
            pair = column.values[~is_gap[0]], earlier.values[~is_gap[0]]
            if min(np.ptp(values) if len(values) else 0 for values in pair) == 0:
                continue
            if abs(np.corrcoef(*pair)[0, 1]) > COPY_CORRELATION:
                copies[column.name] = earlier.name
                break
    return copies


def _f_statistic(block: Floats, outcome: Floats) -> float:
    """Take F of a linear regression on the feature: of one number, that of an ANOVA."""
    count = len(block)
    terms = np.column_stack([np.ones(count), block])
    rank = int(np.linalg.matrix_rank(terms)) - 1
    total = float(((outcome - outcome.mean()) ** 2).sum())
    if rank == 0 or total == 0 or count - rank - 1 <= 0:
        return 0.0
    weights, *_ = np.linalg.lstsq(terms, outcome, rcond=None)
    left = float(((outcome - terms @ weights) ** 2).sum())
    return float(((total - left) / rank) / max(left / (count - rank - 1), 1e-12))


def _mutual_information(places: npt.NDArray[np.int64], outcome: Floats) -> float:
    """Say how much the kind of row tells of the outcome, in nats."""
    counts = pd.crosstab(places, outcome).to_numpy(dtype="float64")
    joint = counts / counts.sum()
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    is_there = joint > 0
    return float((joint[is_there] * np.log(joint[is_there] / apart[is_there])).sum())


def _follow_path(
    rows: pd.DataFrame, blocks: Sequence[Floats], outcome: Floats
) -> tuple[list[int | None], list[float]]:
    """Rank features by when an L1 path takes them, and count folds that keep them.

    The path is that of a linear regression; a fold keeps what is in it where the
    Bayesian information criterion is least.
    """
    matrix = np.hstack([np.zeros((len(rows), 0)), *blocks])
    owner = np.repeat(np.arange(len(blocks)), [block.shape[1] for block in blocks])
    deviation = matrix.std(axis=0)
    used = np.flatnonzero(deviation > 1e-9)
    if np.ptp(outcome) == 0 or len(used) == 0:
        return [None] * len(blocks), [0.0] * len(blocks)
    scaled = (matrix[:, used] - matrix[:, used].mean(axis=0)) / deviation[used]
    _, active, _ = lars_path(scaled, outcome - outcome.mean(), method="lasso")
    order = list(dict.fromkeys(int(owner[used[place]]) for place in active))
    ranks = {feature: rank for rank, feature in enumerate(order, start=1)}
    folds = hash_ids(rows["customer_id"]) % FOLDS
    kept = np.zeros(len(blocks))
    for fold in range(FOLDS):
        own = folds != fold
        if own.sum() > len(used) + 2:
            terms = np.column_stack([np.ones(own.sum()), scaled[own]])
            weights, *_ = np.linalg.lstsq(terms, outcome[own], rcond=None)
            noise = max(float((outcome[own] - terms @ weights).var()), 1e-6)
            model = LassoLarsIC(criterion="bic", noise_variance=noise)
            model.fit(scaled[own], outcome[own])
            stays = owner[used[np.flatnonzero(model.coef_)]]
            kept[np.unique(stays)] += 1 / FOLDS
    return [ranks.get(place) for place in range(len(blocks))], kept.round(2).tolist()
