"""Other ways to make a probability beside what is published, in every figure.

Fitted when asked for, on the very rows that the backtest learns from and is tested on.
"""

import time
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from covey.ml.propensity.backtest import (
    BASE_RATE,
    Candidate,
    predict_folds,
    stack_tables,
)
from covey.ml.propensity.challengers import (
    CHALLENGERS,
    Classifier,
    plain_matrix,
    predict_challengers,
)
from covey.ml.propensity.evaluation import QUALITY_COLUMNS, measure_backtest
from covey.ml.propensity.settings import MODEL, PropensitySettings, features_to_fit
from covey.ml.propensity.splits import Splits, split_rows
from covey.ml.propensity.terms import read_columns
from covey.ml.runs import one_thread, sort_rows

Ways = Mapping[str, Callable[[], Classifier]]


def compare_propensity(
    panel: pd.DataFrame,
    backtest: pd.DataFrame,
    settings: PropensitySettings,
    fitted: pd.DataFrame,
    selection: pd.DataFrame | None = None,
    challengers: Ways = CHALLENGERS,
) -> pd.DataFrame:
    """Judge each challenger of each outcome on the folds of its backtest.

    Parameters
    ----------
    panel : the rows that `backtest_propensity` was given; without any, nothing is
        compared
    backtest : the rows of `backtest_propensity`
    settings, selection : what the model looks at, and so do the challengers
    fitted : the rows of `fit_propensity`, for their `run_id`

    Returns
    -------
    One row per subject (outcome_type), split ('compare' per cut-off, 'compare_mean'),
    model and metric as in `evaluate_propensity`. The baseline is what is published, so
    `<metric>_gain` is what the challenger adds. `seconds` are CPU of all its fits
    and predictions on the test folds, and not the same twice.
    """
    tables = []
    for outcome_type, rows in panel.groupby("outcome_type"):
        tested = backtest[backtest["outcome_type"] == outcome_type]
        if tested.empty:
            continue
        own = settings.of_outcome(str(outcome_type))
        names = features_to_fit(own, selection, str(outcome_type))
        with one_thread():
            table = _compare_outcome(
                sort_rows(rows, ["as_of_date", "customer_id"]),
                tested[tested["is_published"] | (tested["model"] != BASE_RATE)],
                own,
                names,
                challengers,
            )
        is_own = fitted["outcome_type"] == outcome_type
        run_id = fitted.loc[is_own, "run_id"].iloc[0]
        tables.append(
            table.assign(task="propensity", subject=outcome_type, run_id=run_id)
        )
    return stack_tables(tables, QUALITY_COLUMNS)


def _compare_outcome(
    rows: pd.DataFrame,
    tested: pd.DataFrame,
    settings: PropensitySettings,
    names: list[str],
    challengers: Ways,
) -> pd.DataFrame:
    splits = split_rows(rows, settings.test_cut_off_count)
    kinds = {name: settings.kinds[name] for name in names}
    matrix = plain_matrix(read_columns(rows, kinds))
    predicted = predict_challengers(matrix, rows, splits.test, challengers)
    is_known = tested["model"].isin(challengers)
    seconds = {
        **_time_again(rows, tested[~is_known], settings, names, splits),
        **predicted.groupby("model")["seconds"].first(),
    }
    published = tested.loc[tested["is_published"], "model"].iloc[0]
    is_new = ~predicted["model"].isin(tested["model"])
    beside = pd.concat([tested, predicted[is_new]])
    table = measure_backtest(beside.assign(is_baseline=beside["model"] == published))
    table["split"] = table["split"].str.replace("test", "compare")
    durations = pd.DataFrame(
        {"model": list(seconds), "value": list(seconds.values())}
    ).assign(split="compare_mean", metric="seconds", baseline_model=published)
    durations["baseline_value"] = seconds[published]
    table = pd.concat([table, durations])
    return table.assign(
        protocol=splits.protocol,
        verdict=np.where(table["model"] == published, "chosen", "not chosen"),
        is_published=False,
    )


def _time_again(
    rows: pd.DataFrame,
    tested: pd.DataFrame,
    settings: PropensitySettings,
    names: list[str],
    splits: Splits,
) -> dict[str, float]:
    """Make the predictions of the backtest again, to see how long that takes."""
    looks_at = {**settings.rules, MODEL: names}
    seconds = {}
    for row in tested.drop_duplicates("model").to_dict("records"):
        candidate = Candidate(
            row["model"],
            tuple(looks_at.get(row["model"], ())),
            row["inverse_penalty"],
            row["form"],
        )
        began = time.thread_time()
        predict_folds(
            rows,
            settings.kinds,
            [candidate],
            splits.test,
            settings.spline_knot_count,
        )
        seconds[row["model"]] = time.thread_time() - began
    return seconds
