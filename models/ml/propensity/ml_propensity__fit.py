from covey.ml.propensity_evaluation import fit_propensity
from covey.ml.propensity_settings import PropensitySettings


def model(dbt, session):
    settings = PropensitySettings(**dbt.config.meta_get("settings"))
    selection = dbt.ref("ml_propensity__feature_selection").df()
    training = dbt.ref("ml_propensity__training_set").df()
    published = dbt.ref("ml_propensity__backtest").filter("is_published").df()
    return fit_propensity(training, published, settings, selection)
