"""What is published, and how good it was out of time beside what a person would do."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from covey.ml.metrics import (
    METRICS,
    Floats,
    jackknife_error,
    leave_groups_out,
    measure_probabilities,
)
from covey.ml.propensity.backtest import BASE_RATE, NO_TEST, stack_tables
from covey.ml.propensity.chosen import Calibration, score_with_chosen
from covey.ml.propensity.regression import INTERCEPT, TERM_COLUMNS, fit_logistic
from covey.ml.propensity.settings import (
    CHALLENGER_NAMES,
    MODEL,
    PropensitySettings,
    features_to_fit,
)
from covey.ml.propensity.splits import TIME_FORWARD
from covey.ml.propensity.terms import LOG
from covey.ml.runs import hash_ids, make_run_id, one_thread

JACKKNIFE_GROUPS = 20
GAIN_METRICS = ("auc", "brier", "log_loss", "top_decile_lift")
FIT_COLUMNS = {
    "outcome_type": "str",
    "model": "str",
    **TERM_COLUMNS,
    "run_id": "str",
}
QUALITY_COLUMNS = {
    "task": "str",
    "subject": "str",
    "protocol": "str",
    "split": "str",
    "as_of_date": "datetime64[us]",
    "model": "str",
    "metric": "str",
    "value": "float64",
    "standard_error": "float64",
    "baseline_model": "str",
    "baseline_value": "float64",
    "verdict": "str",
    "is_published": "bool",
    "run_id": "str",
}


def fit_propensity(
    panel: pd.DataFrame,
    backtest: pd.DataFrame,
    settings: PropensitySettings,
    selection: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Fit what each outcome publishes: the model, or the simple thing that beat it.

    Parameters
    ----------
    panel : outcome_type, customer_id, as_of_date, horizon_end_date, is_positive and
        the features; every row whose horizon is over
    backtest : outcome_type, model, form and inverse_penalty of what was chosen, as in
        the rows of `backtest_propensity` that are published, repeated or not
    settings : what the model and the simple rules may look at
    selection : the rows of `select_features`: what the model takes of that

    Returns
    -------
    The rows of `fit_logistic` per outcome_type, with the `model` (logistic_regression,
    a simple rule, or base_rate where no test was possible) and the `run_id`. Of a
    challenger they are the terms of the additive model that says most nearly the same.
    """
    chosen = {
        row["outcome_type"]: row
        for row in backtest.drop_duplicates("outcome_type").to_dict("records")
    }
    untested: dict[Any, Any] = {"model": BASE_RATE, "form": LOG, "inverse_penalty": 1.0}
    tables = []
    for outcome_type, rows in panel.groupby("outcome_type"):
        own = settings.of_outcome(str(outcome_type))
        taken = features_to_fit(own, selection, str(outcome_type))
        looks_at = {MODEL: taken, **own.rules, BASE_RATE: ()}
        choice = chosen.get(outcome_type, untested)
        is_challenger = choice["model"] in CHALLENGER_NAMES
        names = taken if is_challenger else looks_at[choice["model"]]
        parameters = {
            "model": choice["model"],
            "form": choice["form"],
            "inverse_penalty": choice["inverse_penalty"],
            "features": {name: own.kinds[name] for name in names},
        }
        run_id = make_run_id(rows, parameters)
        if is_challenger:
            calibration = Calibration(
                choice["calibration_offset"], choice["calibration_slope"]
            )
            kinds = parameters["features"]
            said = score_with_chosen(choice["model"], rows, rows, kinds, calibration)
            rows = rows.assign(is_positive=expit(said))
        table = fit_logistic(
            rows,
            parameters["features"],
            form=parameters["form"],
            C=parameters["inverse_penalty"],
            knot_count=settings.spline_knot_count,
        )
        tables.append(
            table.assign(
                outcome_type=outcome_type,
                model=parameters["model"],
                run_id=run_id,
            )
        )
    return stack_tables(tables, FIT_COLUMNS)


@one_thread()
def evaluate_propensity(
    backtest: pd.DataFrame, coefficients: pd.DataFrame
) -> pd.DataFrame:
    """Measure the model and the simple rules on the test cut-offs of each outcome.

    Parameters
    ----------
    backtest : the rows of `backtest_propensity`
    coefficients : the rows of `fit_propensity`

    Returns
    -------
    One row per subject (outcome_type), split ('test' per cut-off, 'test_mean'), model
    and metric: value and standard_error, the value of the best simple rule, verdict
    and is_published. Rows `<metric>_gain` hold the difference to that rule with its own
    (paired) standard error. Errors come from leaving out a twentieth of the customers
    in turn. An outcome that allows no test has one row, of the base rate. A row of the
    split 'refit' says what the last fit gained over the model in use.
    """
    tables = []
    intercepts = coefficients[coefficients["feature"] == INTERCEPT]
    for fitted in intercepts.to_dict("records"):
        tested = backtest[backtest["outcome_type"] == fitted["outcome_type"]]
        if tested.empty:
            figure = {"split": "train", "model": BASE_RATE, "metric": "base_rate"}
            table = pd.DataFrame([{**figure, "value": expit(fitted["coefficient"])}])
            table["verdict"], table["protocol"] = NO_TEST, TIME_FORWARD
        else:
            table = measure_backtest(tested)
            for column in ("verdict", "protocol"):
                table[column] = tested[column].iloc[0]
        table = pd.concat([table, tell_refit(fitted)])
        tables.append(
            table.assign(
                task="propensity",
                subject=fitted["outcome_type"],
                is_published=table["model"] == fitted["model"],
                run_id=fitted["run_id"],
            )
        )
    return stack_tables(tables, QUALITY_COLUMNS)


def tell_refit(fitted: dict[Any, Any]) -> pd.DataFrame:
    """Say how the last fit did beside the model in use, if it was held against it.

    Parameters
    ----------
    fitted : the intercept among the rows of `settle_refit`
    """
    if pd.isna(fitted.get("refit_gain", np.nan)):
        return pd.DataFrame()
    row = {
        "split": "refit",
        "protocol": TIME_FORWARD,
        "model": fitted["model"],
        "metric": "log_loss_gain",
        "value": fitted["refit_gain"],
        "standard_error": fitted["refit_gain_error"],
        "baseline_model": "model_in_use",
        "verdict": fitted["refit_verdict"],
    }
    return pd.DataFrame([row])


def measure_backtest(tested: pd.DataFrame) -> pd.DataFrame:
    """Figures, errors and gains per test cut-off and on average, as long rows.

    Parameters
    ----------
    tested : the rows of `run_backtest`, in any order
    """
    keys = ["as_of_date", "customer_id", "is_positive"]
    wide = tested.pivot(index=keys, columns="model", values="probability")
    dates, ids, positive = (wide.index.get_level_values(key) for key in keys)
    models = list(wide.columns)
    baseline_model = tested.loc[tested["is_baseline"], "model"].iloc[0]
    baseline = models.index(baseline_model)
    cutoffs = sorted(dates.unique())
    date_rows = [np.asarray(dates == day) for day in cutoffs]
    outcome = positive.to_numpy(dtype="float64")
    probabilities = wide.to_numpy()

    def measure(is_kept: npt.NDArray[np.bool_]) -> Floats:
        """Cut-offs and their mean by models by metrics and gains."""
        figures = np.array(
            [
                [
                    measure_probabilities(outcome[kept], column[kept])
                    for column in probabilities.T
                ]
                for kept in (is_kept & is_date for is_date in date_rows)
            ]
        )
        figures = np.concatenate([figures, figures.mean(axis=0, keepdims=True)])
        gains = figures - figures[:, [baseline], :]
        picked = [METRICS.index(metric) for metric in GAIN_METRICS]
        return np.concatenate([figures, gains[:, :, picked]], axis=2)

    values = measure(np.ones(len(wide), dtype=bool))
    groups = (hash_ids(ids.to_series()) >> 8) % JACKKNIFE_GROUPS
    errors = jackknife_error(leave_groups_out(measure, groups))
    names = [*METRICS, *(f"{metric}_gain" for metric in GAIN_METRICS)]
    shape = pd.MultiIndex.from_product(
        [[*cutoffs, pd.NaT], models, names], names=["as_of_date", "model", "metric"]
    )
    table = shape.to_frame(index=False).assign(
        value=values.ravel(),
        standard_error=errors.ravel(),
        baseline_model=baseline_model,
        baseline_value=np.repeat(values[:, [baseline]], len(models), 1).ravel(),
    )
    table["split"] = np.where(table["as_of_date"].isna(), "test_mean", "test")
    is_self = table["model"] == table["baseline_model"]
    is_empty_gain = is_self & table["metric"].str.endswith("_gain")
    return table[table["value"].notna() & ~is_empty_gain]
