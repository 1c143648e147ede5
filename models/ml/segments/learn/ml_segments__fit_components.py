from covey.ml.segments.components import fit_components


def model(dbt, session):
    features = dbt.config.meta_get("features")
    training = dbt.ref("ml_segments__training_set").filter("is_fit_date").df()
    return fit_components(training, features)
