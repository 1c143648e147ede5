from covey.ml.propensity.selection import select_features
from covey.ml.propensity.settings import PropensitySettings


def model(dbt, session):
    settings = PropensitySettings(**dbt.config.meta_get("settings"))
    sample = dbt.ref("ml_propensity__training_set").filter("is_in_backtest")
    return select_features(sample.df(), settings)
