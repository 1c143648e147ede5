from covey.ml.propensity.chosen import score_chosen_outcomes
from covey.ml.propensity.settings import PropensitySettings


def model(dbt, session):
    settings = PropensitySettings(**dbt.config.meta_get("settings"))
    now = dbt.ref("feat_as_of_dates").filter("is_scoring_date").df()
    is_now = f"as_of_date = '{now['as_of_date'].item():%Y-%m-%d}'"
    training = dbt.ref("ml_propensity__training_set").df()
    eligible = dbt.ref("ml_propensity__eligible").filter(is_now).df()
    features = dbt.ref("ml_propensity__features").filter(is_now).df()
    published = dbt.ref("ml_propensity__backtest").filter("is_published").df()
    selection = dbt.ref("ml_propensity__feature_selection").df()
    return score_chosen_outcomes(
        training, eligible, features, published, settings, selection
    )
