"""What is published, and how good it was out of time beside what a person would do."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from covey.ml.metrics import (
    METRICS,
    Floats,
    jackknife_error,
    leave_groups_out,
    measure_probabilities,
    rank_deciles,
)
from covey.ml.propensity import COEFFICIENT_COLUMNS, fit_logistic
from covey.ml.propensity_backtest import MODEL, Backtest, run_backtest
from covey.ml.runs import hash_ids, make_run_id

PROTOCOL = "time_forward_customer_disjoint"
JACKKNIFE_GROUPS = 20
GAIN_METRICS = ("auc", "brier", "log_loss", "top_decile_lift")
FIT_COLUMNS = {
    "outcome_type": "str",
    "model": "str",
    **COEFFICIENT_COLUMNS,
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
DECILE_COLUMNS = {
    "outcome_type": "str",
    "decile": "int64",
    "customer_count": "int64",
    "mean_probability": "float64",
    "observed_rate": "float64",
    "lift": "float64",
}


def fit_propensity(panel: pd.DataFrame, feature_names: Sequence[str]) -> pd.DataFrame:
    """Fit what each outcome publishes: the model, or the simple thing that beat it.

    Parameters
    ----------
    panel : outcome_type, customer_id, as_of_date, horizon_end_date, is_positive and
        the features; every row whose horizon is over
    feature_names : what the model may look at

    Returns
    -------
    The rows of `fit_logistic` per outcome_type, with the `model` (logistic_regression,
    a simple rule, or base_rate where no test was possible) and the `run_id`.
    """

    def fit(outcome_type: str, rows: pd.DataFrame) -> pd.DataFrame:
        chosen = run_backtest(rows, feature_names).published
        known = rows[rows["is_positive"].notna()]
        table = fit_logistic(known, chosen.feature_names, C=chosen.inverse_penalty)
        return table.assign(
            outcome_type=outcome_type,
            model=chosen.model,
            run_id=make_fit_id(rows, feature_names),
        )

    return _for_each_outcome(panel, fit, FIT_COLUMNS)


def evaluate_propensity(
    panel: pd.DataFrame, feature_names: Sequence[str]
) -> pd.DataFrame:
    """Measure the model and the simple rules on the test cut-offs of each outcome.

    Returns
    -------
    One row per subject (outcome_type), split ('test' per cut-off, 'test_mean'), model
    and metric: value and standard_error, the value of the best simple rule, verdict
    and is_published. Rows `<metric>_gain` hold the difference to that rule with its own
    (paired) standard error. Errors come from leaving out a twentieth of the customers
    in turn. An outcome that allows no test has one row, of the base rate.
    """

    def evaluate(outcome_type: str, rows: pd.DataFrame) -> pd.DataFrame:
        backtest = run_backtest(rows, feature_names)
        table = measure_backtest(backtest)
        if table.empty:
            positive = rows["is_positive"].dropna().astype("float64")
            table = pd.DataFrame(
                {"split": ["train"], "model": ["base_rate"], "metric": ["base_rate"]}
            ).assign(value=positive.mean())
        return table.assign(
            task="propensity",
            subject=outcome_type,
            protocol=PROTOCOL,
            verdict=backtest.verdict,
            is_published=table["model"] == backtest.published.model,
            run_id=make_fit_id(rows, feature_names),
        )

    return _for_each_outcome(panel, evaluate, QUALITY_COLUMNS)


def evaluate_deciles(panel: pd.DataFrame, feature_names: Sequence[str]) -> pd.DataFrame:
    """Compare said and seen per tenth of the customers of each test cut-off.

    Returns
    -------
    One row per outcome_type and decile (1 is lowest; equal probabilities share one)
    over all test cut-offs: customer_count, mean_probability, observed_rate, and lift
    over the rate of everybody.
    """

    def evaluate(outcome_type: str, rows: pd.DataFrame) -> pd.DataFrame:
        backtest = run_backtest(rows, feature_names)
        tested = backtest.predictions
        if tested.empty:
            return pd.DataFrame(columns=list(DECILE_COLUMNS))
        tested = tested.assign(probability=tested[backtest.published.model])
        tested["decile"] = tested.groupby("as_of_date")["probability"].transform(
            lambda values: rank_deciles(values.to_numpy())
        )
        table = tested.groupby("decile", as_index=False).agg(
            customer_count=("customer_id", "size"),
            mean_probability=("probability", "mean"),
            observed_rate=("is_positive", "mean"),
        )
        base_rate = tested["is_positive"].mean()
        return table.assign(
            outcome_type=outcome_type, lift=table["observed_rate"] / base_rate
        )

    return _for_each_outcome(panel, evaluate, DECILE_COLUMNS)


def measure_backtest(backtest: Backtest) -> pd.DataFrame:
    """Figures, errors and gains per test cut-off and on average, as long rows."""
    tested = backtest.predictions
    if tested.empty:
        return pd.DataFrame(columns=["model"])
    models = list(tested.columns[3:])
    baseline = models.index(backtest.baseline.model)
    cutoffs = sorted(tested["as_of_date"].unique())
    date_rows = [(tested["as_of_date"] == day).to_numpy() for day in cutoffs]
    outcome = tested["is_positive"].to_numpy()
    probabilities = tested[models].to_numpy()

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

    values = measure(np.ones(len(tested), dtype=bool))
    groups = (hash_ids(tested["customer_id"]) >> 8) % JACKKNIFE_GROUPS
    errors = jackknife_error(leave_groups_out(measure, groups))
    names = [*METRICS, *(f"{metric}_gain" for metric in GAIN_METRICS)]
    shape = pd.MultiIndex.from_product(
        [[*cutoffs, pd.NaT], models, names], names=["as_of_date", "model", "metric"]
    )
    table = shape.to_frame(index=False).assign(
        value=values.ravel(),
        standard_error=errors.ravel(),
        baseline_model=backtest.baseline.model,
        baseline_value=np.repeat(values[:, [baseline]], len(models), 1).ravel(),
    )
    table["split"] = np.where(table["as_of_date"].isna(), "test_mean", "test")
    is_self = table["model"] == table["baseline_model"]
    is_empty_gain = is_self & table["metric"].str.endswith("_gain")
    return table[table["value"].notna() & ~is_empty_gain]


def make_fit_id(rows: pd.DataFrame, feature_names: Sequence[str]) -> str:
    """Name the fit of one outcome, the same in every table that tells of it."""
    return make_run_id(rows, {"model": MODEL, "feature_names": list(feature_names)})


def _for_each_outcome(
    panel: pd.DataFrame,
    function: Callable[[str, pd.DataFrame], pd.DataFrame],
    columns: dict[str, str],
) -> pd.DataFrame:
    """Run a function on each outcome's rows and put the tables below one another."""
    tables = [
        function(str(outcome_type), rows)
        for outcome_type, rows in panel.groupby("outcome_type")
    ]
    table = pd.concat(tables) if tables else pd.DataFrame()
    return table.reindex(columns=list(columns)).astype(columns).reset_index(drop=True)
