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
import numpy.typing as npt
import pandas as pd

from covey.ml.metrics import measure_auc, measure_log_loss
from covey.ml.propensity import fit_path
from covey.ml.propensity_settings import PropensitySettings
from covey.ml.propensity_terms import LOG, Column, FeatureKinds, Floats, read_columns
from covey.ml.runs import hash_ids, one_thread, sort_rows

FOLDS = 5
SMALLEST_CLASS = 20
TEST_CUTOFFS = 4
PENALTIES = (0.03, 0.1, 0.3, 1.0)
MODEL = "logistic_regression"
PUBLISHED = "published"
BEATEN = "beaten by the baseline"
NO_TEST = "no test possible"
BACKTEST_COLUMNS = {
    "outcome_type": "str",
    "customer_id": "str",
    "as_of_date": "datetime64[us]",
    "is_positive": "bool",
    "model": "str",
    "probability": "float64",
    "form": "str",
    "inverse_penalty": "float64",
    "is_baseline": "bool",
    "is_published": "bool",
    "verdict": "str",
}


@dataclass(frozen=True)
class Candidate:
    """Something to fit: what it looks at, in which form, and the inverse penalty."""

    model: str
    feature_names: tuple[str, ...]
    inverse_penalty: float
    form: str = LOG


class Judged(NamedTuple):
    """Means over cut-offs."""

    log_loss: float
    auc: float


def backtest_propensity(
    panel: pd.DataFrame, settings: PropensitySettings
) -> pd.DataFrame:
    """Run the backtest of each outcome.

    Parameters
    ----------
    panel : outcome_type, customer_id, as_of_date, horizon_end_date, is_positive and
        the features; every row whose horizon is over
    settings : what the model and the simple rules may look at

    Returns
    -------
    The rows of `run_backtest` per outcome_type; none where no test is possible.
    """
    tables = [
        run_backtest(rows, settings).assign(outcome_type=outcome_type)
        for outcome_type, rows in panel.groupby("outcome_type")
    ]
    return stack_tables(tables, BACKTEST_COLUMNS)


@one_thread()
def run_backtest(
    panel: pd.DataFrame,
    settings: PropensitySettings,
    *,
    penalties: Sequence[float] = PENALTIES,
    n_test: int = TEST_CUTOFFS,
) -> pd.DataFrame:
    """Choose on the earlier cut-offs, test on the later ones, give a verdict.

    The model is published when its mean AUC and its mean log loss both beat those of
    the best simple rule, on validation and on test.

    Parameters
    ----------
    panel : customer_id, as_of_date, horizon_end_date, is_positive and the features, of
        one outcome
    settings : what the model and the simple rules may look at
    penalties : values of scikit-learn's C to choose from
    n_test : at most so many of the last cut-offs are for the test

    Returns
    -------
    One row per test customer, cut-off and model (the contender with the penalty that
    was chosen, and each simple rule): customer_id, as_of_date, is_positive, model,
    probability, inverse_penalty, is_baseline (the best simple rule), is_published (the
    model if it earned its place, else that rule) and the verdict. Without a test, none.
    """
    rows = sort_rows(panel, ["as_of_date", "customer_id"])
    kinds = settings.kinds
    models = [Candidate(MODEL, tuple(kinds), C) for C in penalties]
    rules = [
        Candidate(name, tuple(names), max(penalties))
        for name, names in settings.rules.items()
    ]
    validation, test = split_cutoffs(rows, n_test)
    if not test:
        return pd.DataFrame(columns=list(BACKTEST_COLUMNS))
    candidates = [*models, *rules]
    on_validation = _judge(
        rows, candidates, predict_out_of_time(rows, kinds, candidates, validation)
    )
    contender = min(models, key=lambda candidate: on_validation[candidate].log_loss)
    baseline = min(rules, key=lambda candidate: on_validation[candidate].log_loss)
    finalists = [contender, *rules]
    probabilities = predict_out_of_time(rows, kinds, finalists, test)
    on_test = _judge(rows, finalists, probabilities)
    is_better = all(
        judged[contender].log_loss < judged[baseline].log_loss
        and judged[contender].auc > judged[baseline].auc
        for judged in (on_validation, on_test)
    )
    published = contender if is_better else baseline
    is_tested = ~np.isnan(probabilities[:, 0])
    tested = rows.loc[is_tested, ["customer_id", "as_of_date", "is_positive"]]
    return pd.concat(
        tested.assign(
            model=candidate.model,
            probability=probability,
            form=candidate.form,
            inverse_penalty=candidate.inverse_penalty,
            is_baseline=candidate == baseline,
            is_published=candidate == published,
            verdict=PUBLISHED if is_better else BEATEN,
        )
        for candidate, probability in zip(
            finalists, probabilities[is_tested].T, strict=True
        )
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
    rows: pd.DataFrame,
    kinds: FeatureKinds,
    candidates: Sequence[Candidate],
    cutoffs: Sequence[pd.Timestamp],
) -> Floats:
    """Predict each cut-off's customers by fits on the others' earlier rows.

    Parameters
    ----------
    rows : the panel, sorted by date and customer

    Returns
    -------
    Probabilities, one row per row of the panel and one column per candidate; `nan` away
    from the cut-offs.
    """
    dates = pd.to_datetime(rows["as_of_date"]).to_numpy()
    ends = pd.to_datetime(rows["horizon_end_date"]).to_numpy()
    outcome = rows["is_positive"].to_numpy(dtype="float64")
    folds = hash_ids(rows["customer_id"]) % FOLDS
    columns = read_columns(rows, kinds)
    probabilities = np.full((len(rows), len(candidates)), np.nan)
    for cutoff in map(np.datetime64, cutoffs):
        for fold in range(FOLDS):
            is_training = (ends <= cutoff) & (folds != fold)
            is_test = (dates == cutoff) & (folds == fold)
            probabilities[is_test] = predict_candidates(
                columns, outcome, candidates, is_training, is_test
            )
    return probabilities


def predict_candidates(
    columns: Sequence[Column],
    outcome: Floats,
    candidates: Sequence[Candidate],
    is_training: npt.NDArray[np.bool_],
    is_test: npt.NDArray[np.bool_],
) -> Floats:
    """Fit each candidate on some rows and predict others: a column per candidate."""
    probabilities = np.empty((int(is_test.sum()), len(candidates)))
    sights: dict[tuple[tuple[str, ...], str], list[int]] = {}
    for place, candidate in enumerate(candidates):
        sight = candidate.feature_names, candidate.form
        sights.setdefault(sight, []).append(place)
    for (names, form), places in sights.items():
        own = [column for column in columns if column.name in names]
        fits = fit_path(
            [column.take(is_training) for column in own],
            outcome[is_training],
            [candidates[place].inverse_penalty for place in places],
            form=form,
        )
        tested = [column.take(is_test) for column in own]
        for place, fitted in zip(places, fits, strict=True):
            probabilities[:, place] = fitted.predict_probability(tested)
    return probabilities


def stack_tables(
    tables: Sequence[pd.DataFrame], columns: Mapping[str, str]
) -> pd.DataFrame:
    """Put tables below one another, with these columns and types even without rows."""
    filled = [table for table in tables if not table.empty]
    table = pd.concat(filled) if filled else pd.DataFrame()
    typed = table.reindex(columns=list(columns)).astype(dict(columns))
    return typed.reset_index(drop=True)


def _judge(
    rows: pd.DataFrame, candidates: Sequence[Candidate], probabilities: Floats
) -> dict[Candidate, Judged]:
    """Take the mean log loss and AUC over the cut-offs that were predicted."""
    dates = pd.to_datetime(rows["as_of_date"]).to_numpy()
    outcome = rows["is_positive"].to_numpy(dtype="float64")
    cutoffs = np.unique(dates[~np.isnan(probabilities[:, 0])])
    judged = {}
    for candidate, probability in zip(candidates, probabilities.T, strict=True):
        pairs = [(outcome[dates == day], probability[dates == day]) for day in cutoffs]
        judged[candidate] = Judged(
            log_loss=float(np.mean([measure_log_loss(*pair) for pair in pairs])),
            auc=float(np.mean([measure_auc(*pair) for pair in pairs])),
        )
    return judged
