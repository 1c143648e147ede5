"""Would the model have worked? Predict past cut-offs from what was known then.

A customer is tested at cut-off T on a model of other customers' rows whose horizon was
over by T: it has seen neither them nor the future. Everything that is chosen (the
penalty, the best simple rule) is chosen on validation cut-offs whose own horizon was
over when the first test cut-off began.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from covey.ml.metrics import measure_auc, measure_log_loss
from covey.ml.propensity import fit_logs, to_logs
from covey.ml.runs import hash_ids, one_thread, sort_rows

FOLDS = 5
SMALLEST_CLASS = 20
TEST_CUTOFFS = 4
PENALTIES = (0.03, 0.1, 0.3, 1.0)
MODEL = "logistic_regression"
PUBLISHED = "published"
BEATEN = "beaten by the baseline"
NO_TEST = "no test possible"
SIMPLE_RULES: Mapping[str, Sequence[str]] = {
    "recency": ("days_since_last_order",),
    "recent_visits": ("active_week_count_90d",),
}


@dataclass(frozen=True)
class Candidate:
    """Something to fit: its name, what it looks at, and the inverse penalty."""

    model: str
    feature_names: tuple[str, ...]
    inverse_penalty: float


class Judged(NamedTuple):
    """Means over cut-offs."""

    log_loss: float
    auc: float


@dataclass(frozen=True)
class Backtest:
    """What was chosen on validation, and how it did on the test cut-offs.

    `predictions` has one row per test customer and cut-off (customer_id, as_of_date,
    is_positive) and a column of probabilities for the model and for each simple rule.
    """

    contender: Candidate
    baseline: Candidate
    verdict: str
    predictions: pd.DataFrame

    @property
    def published(self) -> Candidate:
        """The model if it earned its place, else the best simple rule."""
        return self.contender if self.verdict == PUBLISHED else self.baseline


@one_thread()
def run_backtest(
    panel: pd.DataFrame,
    feature_names: Sequence[str],
    *,
    simple_rules: Mapping[str, Sequence[str]] = SIMPLE_RULES,
    penalties: Sequence[float] = PENALTIES,
    n_test: int = TEST_CUTOFFS,
) -> Backtest:
    """Choose on the earlier cut-offs, test on the later ones, give a verdict.

    The model is published when its mean AUC and its mean log loss both beat those of
    the best simple rule, on validation and on test.

    Parameters
    ----------
    panel : customer_id, as_of_date, horizon_end_date, is_positive and the features, of
        one outcome
    feature_names : what the model may look at
    simple_rules : name of a rule, and the features that it looks at
    penalties : values of scikit-learn's C to choose from
    n_test : at most so many of the last cut-offs are for the test
    """
    known = panel[panel["is_positive"].notna()]
    rows = sort_rows(known, ["as_of_date", "customer_id"])
    rules = [
        Candidate(name, tuple(names), max(penalties))
        for name, names in simple_rules.items()
    ]
    models = [Candidate(MODEL, tuple(feature_names), C) for C in penalties]
    validation, test = split_cutoffs(rows, n_test)
    if not test:
        contender = models[len(models) // 2]
        base_rate = Candidate("base_rate", (), max(penalties))
        empty = predict_out_of_time(rows, [], [])
        return Backtest(contender, base_rate, NO_TEST, empty)
    on_validation = _judge(rows, [*models, *rules], validation)
    contender = min(models, key=lambda candidate: on_validation[candidate].log_loss)
    baseline = min(rules, key=lambda candidate: on_validation[candidate].log_loss)
    on_test = _judge(rows, [contender, baseline], test)
    is_better = all(
        judged[contender].log_loss < judged[baseline].log_loss
        and judged[contender].auc > judged[baseline].auc
        for judged in (on_validation, on_test)
    )
    predictions = predict_out_of_time(rows, [contender, *rules], test)
    return Backtest(
        contender, baseline, PUBLISHED if is_better else BEATEN, predictions
    )


def split_cutoffs(
    rows: pd.DataFrame, n_test: int = TEST_CUTOFFS
) -> tuple[list[pd.Timestamp], list[pd.Timestamp]]:
    """Find the cut-offs to choose on and those to test on.

    A cut-off counts when it has outcomes of both kinds, and so many of each are known
    before it that a fit means something. The test gets the last `n_test` or fewer, so
    that at least one validation cut-off is over before the first of them; where that
    cannot be, both lists are empty.
    """
    ends = pd.to_datetime(rows["horizon_end_date"])
    dates = pd.to_datetime(rows["as_of_date"])
    positive = rows["is_positive"].astype("float64")
    usable = []
    for cutoff in sorted(dates.unique()):
        before, now = positive[ends <= cutoff], positive[dates == cutoff]
        rarest = min(before.sum(), len(before) - before.sum())
        if rarest >= SMALLEST_CLASS and 0 < now.mean() < 1:
            usable.append(cutoff)
    last_ends = ends.groupby(dates).max()
    for first in range(max(len(usable) - n_test, 0), len(usable)):
        over = [day for day in usable[:first] if last_ends[day] <= usable[first]]
        if over:
            return over, usable[first:]
    return [], []


def predict_out_of_time(
    rows: pd.DataFrame, candidates: Sequence[Candidate], cutoffs: Sequence[pd.Timestamp]
) -> pd.DataFrame:
    """Predict each cut-off's customers by fits on the others' earlier rows.

    Parameters
    ----------
    rows : the panel, sorted by date and customer

    Returns
    -------
    One row per customer at the cut-offs: customer_id, as_of_date, is_positive (0 or 1)
    and the probability of each candidate in a column named by its model.
    """
    dates = pd.to_datetime(rows["as_of_date"]).to_numpy()
    ends = pd.to_datetime(rows["horizon_end_date"]).to_numpy()
    outcome = rows["is_positive"].to_numpy(dtype="float64")
    folds = hash_ids(rows["customer_id"]) % FOLDS
    is_tested = np.isin(dates, np.array(cutoffs, dtype=dates.dtype))
    columns = ["customer_id", "as_of_date", "is_positive"]
    predictions = rows.loc[is_tested, columns].astype({"is_positive": "float64"})
    for candidate in candidates:
        logs = to_logs(rows, candidate.feature_names)
        probability = np.full(len(rows), np.nan)
        for cutoff in cutoffs:
            moment = np.datetime64(cutoff)
            for fold in range(FOLDS):
                is_training = (ends <= moment) & (folds != fold)
                is_test = (dates == moment) & (folds == fold)
                fitted = fit_logs(
                    logs[is_training], outcome[is_training], candidate.inverse_penalty
                )
                probability[is_test] = fitted.predict_probability(logs[is_test])
        predictions[candidate.model] = probability[is_tested]
    return predictions.reset_index(drop=True)


def _judge(
    rows: pd.DataFrame, candidates: Sequence[Candidate], cutoffs: Sequence[pd.Timestamp]
) -> dict[Candidate, Judged]:
    """Take the mean log loss and AUC over the cut-offs, per candidate."""
    judged = {}
    for candidate in candidates:
        predictions = predict_out_of_time(rows, [candidate], cutoffs)
        pairs = [
            (part["is_positive"].to_numpy(), part[candidate.model].to_numpy())
            for _, part in predictions.groupby("as_of_date")
        ]
        judged[candidate] = Judged(
            log_loss=float(np.mean([measure_log_loss(*pair) for pair in pairs])),
            auc=float(np.mean([measure_auc(*pair) for pair in pairs])),
        )
    return judged
