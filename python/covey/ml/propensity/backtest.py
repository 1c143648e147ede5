"""Would the model have worked? Predict what happened from what was known before.

The form of the numbers, the penalty and the best simple rule are chosen on validation;
the test is looked at once, by what was chosen and by the simple rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from covey.ml.metrics import measure_auc, measure_log_loss
from covey.ml.propensity.chosen import Calibration, predict_chosen
from covey.ml.propensity.regression import fit_path
from covey.ml.propensity.settings import MODEL, PropensitySettings, features_to_fit
from covey.ml.propensity.splits import Fold, split_rows
from covey.ml.propensity.terms import (
    KNOT_COUNT,
    LOG,
    SPLINE,
    Column,
    FeatureKinds,
    Floats,
    read_columns,
)
from covey.ml.runs import one_thread, sort_rows

PENALTIES: Mapping[str, Sequence[float]] = {
    LOG: (0.03, 0.1, 0.3, 1.0),
    SPLINE: (0.1, 0.3, 1.0),
}
RULE_PENALTY = 1.0
DIGITS = 12
BASE_RATE = "base_rate"
PUBLISHED = "published"
BEATEN = "beaten by the baseline"
NO_TEST = "no test possible"
BACKTEST_COLUMNS = {
    "outcome_type": "str",
    "customer_id": "str",
    "as_of_date": "datetime64[us]",
    "is_positive": "bool",
    "protocol": "str",
    "model": "str",
    "probability": "float64",
    "form": "str",
    "inverse_penalty": "float64",
    "calibration_offset": "float64",
    "calibration_slope": "float64",
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
    panel: pd.DataFrame,
    settings: PropensitySettings,
    selection: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Run the backtest of each outcome.

    Parameters
    ----------
    panel : outcome_type, customer_id, as_of_date, horizon_end_date, is_positive and
        the features; every row whose horizon is over
    settings : what the model and the simple rules may look at
    selection : the rows of `select_features`: what the model takes of that

    Returns
    -------
    The rows of `run_backtest` per outcome_type; none where no test is possible.
    """
    tables = []
    for outcome_type, rows in panel.groupby("outcome_type"):
        own = settings.of_outcome(str(outcome_type))
        features = features_to_fit(own, selection, str(outcome_type))
        tested = run_backtest(rows, own, features=features)
        tables.append(tested.assign(outcome_type=outcome_type))
    return stack_tables(tables, BACKTEST_COLUMNS)


@one_thread()
def run_backtest(
    panel: pd.DataFrame,
    settings: PropensitySettings,
    *,
    features: Sequence[str] | None = None,
    penalties: Mapping[str, Sequence[float]] = PENALTIES,
    n_test: int | None = None,
) -> pd.DataFrame:
    """Choose on validation, test, give a verdict.

    The model, or the challenger that the settings name, is published when its mean AUC
    and its mean log loss both beat those of the best simple rule, on validation and on
    test.

    Parameters
    ----------
    panel : customer_id, as_of_date, horizon_end_date, is_positive and the features, of
        one outcome
    settings : what the model and the simple rules may look at
    features : those of the settings that the model takes; by default all
    penalties : values of scikit-learn's C to choose from, for each form
    n_test : at most so many of the last cut-offs are for the test; by default as many
        as the settings say

    Returns
    -------
    One row per test customer, cut-off and model (the contender in the form and with the
    penalty that were chosen, and each simple rule): customer_id, as_of_date,
    is_positive, protocol, model, probability, form, inverse_penalty, how the
    probability was calibrated, is_baseline (the best simple rule, or the one that the
    settings name), is_published (the model if it earned its place, else that rule) and
    the verdict. Without a test, none.
    """
    rows = sort_rows(panel, ["as_of_date", "customer_id"])
    taken = tuple(settings.features if features is None else features)
    models = [
        Candidate(MODEL, taken, C, form)
        for form, values in penalties.items()
        for C in values
    ]
    looks_at = {**settings.rules, BASE_RATE: ()}
    rules = [
        Candidate(name, tuple(names), RULE_PENALTY) for name, names in looks_at.items()
    ]
    splits = split_rows(rows, n_test or settings.test_cut_off_count)
    if not splits.test:
        return pd.DataFrame(columns=list(BACKTEST_COLUMNS))
    candidates, kinds = [*models, *rules], settings.kinds
    knots = settings.spline_knot_count
    guesses = predict_folds(rows, kinds, candidates, splits.validation, knots)
    on_validation = _judge(rows, candidates, guesses)
    best = min(models, key=lambda candidate: on_validation[candidate].log_loss)
    to_beat = [rule for rule in rules if settings.baseline in (None, rule.model)]
    baseline = min(to_beat, key=lambda candidate: on_validation[candidate].log_loss)
    contender, finalists = best, [best, *rules]
    probabilities = predict_folds(rows, kinds, finalists, splits.test, knots)
    calibration = Calibration()
    if settings.model != MODEL:
        contender = replace(best, model=settings.model)
        columns = read_columns(rows, {name: kinds[name] for name in taken})
        chosen, tested, calibration = predict_chosen(
            settings.model, rows, columns, splits.validation, splits.test
        )
        on_validation |= _judge(rows, [contender], chosen[:, None])
        finalists = [contender, *finalists]
        probabilities = np.column_stack([tested.round(DIGITS), probabilities])
    on_test = _judge(rows, finalists, probabilities)
    is_better = all(
        judged[contender].log_loss < judged[baseline].log_loss
        and judged[contender].auc > judged[baseline].auc
        for judged in (on_validation, on_test)
    )
    published = contender if is_better else baseline
    is_tested = ~np.isnan(probabilities[:, 0])
    keys = rows.loc[is_tested, ["customer_id", "as_of_date", "is_positive"]]
    return pd.concat(
        keys.assign(
            protocol=splits.protocol,
            model=candidate.model,
            probability=probability,
            form=candidate.form,
            inverse_penalty=candidate.inverse_penalty,
            calibration_offset=calibration.offset if candidate == contender else 0.0,
            calibration_slope=calibration.slope if candidate == contender else 1.0,
            is_baseline=candidate == baseline,
            is_published=candidate == published,
            verdict=PUBLISHED if is_better else BEATEN,
        )
        for candidate, probability in zip(
            finalists, probabilities[is_tested].T, strict=True
        )
    )


def predict_folds(
    rows: pd.DataFrame,
    kinds: FeatureKinds,
    candidates: Sequence[Candidate],
    folds: Sequence[Fold],
    knot_count: int = KNOT_COUNT,
) -> Floats:
    """Fit each candidate on the training rows of each fold and predict its test rows.

    Parameters
    ----------
    rows : the panel, sorted by date and customer

    Returns
    -------
    Probabilities, one row per row of the panel and one column per candidate; `nan` away
    from the test rows. What looks at nothing says the same of everybody at a cut-off.
    Twelve digits: what lies behind them is how sums happened to be aligned in memory.
    """
    outcome = rows["is_positive"].to_numpy(dtype="float64")
    dates = rows["as_of_date"].to_numpy()
    columns = read_columns(rows, kinds)
    probabilities = np.full((len(rows), len(candidates)), np.nan)
    for fold in folds:
        probabilities[fold.is_test] = _predict(
            columns, outcome, candidates, fold, knot_count
        )
    for place, candidate in enumerate(candidates):
        if not candidate.feature_names:
            constant = pd.Series(probabilities[:, place]).groupby(dates)
            is_tested = ~np.isnan(probabilities[:, place])
            probabilities[is_tested, place] = constant.transform("mean")[is_tested]
    return probabilities.round(DIGITS)


def _predict(
    columns: Sequence[Column],
    outcome: Floats,
    candidates: Sequence[Candidate],
    fold: Fold,
    knot_count: int,
) -> Floats:
    """Give the test rows a column per candidate; equal sights are fitted together."""
    is_training, is_test = fold
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
            knot_count=knot_count,
        )
        tested = [column.take(is_test) for column in columns]
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
    is_tested = ~np.isnan(probabilities[:, 0])
    dates = pd.to_datetime(rows["as_of_date"]).to_numpy()[is_tested]
    outcome = rows["is_positive"].to_numpy(dtype="float64")[is_tested]
    judged = {}
    for candidate, probability in zip(
        candidates, probabilities[is_tested].T, strict=True
    ):
        of_dates = [dates == day for day in np.unique(dates)]
        pairs = [(outcome[own], probability[own]) for own in of_dates]
        judged[candidate] = Judged(
            log_loss=float(np.mean([measure_log_loss(*pair) for pair in pairs])),
            auc=float(np.mean([measure_auc(*pair) for pair in pairs])),
        )
    return judged
