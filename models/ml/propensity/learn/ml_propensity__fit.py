from covey.ml.propensity.evaluation import fit_propensity
from covey.ml.propensity.refit import settle_refit
from covey.ml.propensity.settings import PropensitySettings


def model(dbt, session):
    settings = PropensitySettings(**dbt.config.meta_get("settings"))
    selection = dbt.ref("ml_propensity__feature_selection").df()
    training = dbt.ref("ml_propensity__training_set").df()
    published = dbt.ref("ml_propensity__backtest").filter("is_published").df()
    in_use = dbt.ref("ml_propensity__in_use").df()
    cutoffs = dbt.ref("feat_as_of_dates").filter("is_fit_date").df()
    fitted = fit_propensity(training, published, settings, selection)
    fit_date = cutoffs["as_of_date"].item()
    return settle_refit(fitted, in_use, training, published, settings.kinds, fit_date)
