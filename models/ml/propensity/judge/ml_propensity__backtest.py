from covey.ml.propensity.backtest import backtest_propensity
from covey.ml.propensity.settings import PropensitySettings


def model(dbt, session):
    settings = PropensitySettings(**dbt.config.meta_get("settings"))
    selection = dbt.ref("ml_propensity__feature_selection").df()
    sample = dbt.ref("ml_propensity__training_set").filter("is_in_backtest")
    predictions = backtest_propensity(sample.df(), settings, selection)
    return predictions.astype({"as_of_date": "date32[day][pyarrow]"})
