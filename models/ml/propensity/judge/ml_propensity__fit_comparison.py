from covey.ml.propensity.comparison import compare_propensity
from covey.ml.propensity.settings import PropensitySettings


def model(dbt, session):
    is_wanted = str(dbt.config.meta_get("is_wanted"))
    settings = PropensitySettings(**dbt.config.meta_get("settings"))
    selection = dbt.ref("ml_propensity__feature_selection").df()
    backtest = dbt.ref("ml_propensity__backtest").filter(is_wanted).df()
    training = dbt.ref("ml_propensity__training_set").filter(is_wanted)
    sample = training.filter("is_in_backtest").df()
    fitted = dbt.ref("ml_propensity__fit").df()
    found = compare_propensity(sample, backtest, settings, fitted, selection)
    return found.astype({"as_of_date": "date32[day][pyarrow]"})
