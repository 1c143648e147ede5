from covey.ml.propensity_evaluation import fit_propensity


def model(dbt, session):
    features = dbt.config.meta_get("features")
    training = dbt.ref("ml_propensity__training_set").df()
    published = dbt.ref("ml_propensity__backtest").filter("is_published").df()
    return fit_propensity(training, published, features)
