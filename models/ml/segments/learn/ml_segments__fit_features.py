from covey.ml.segments.features import choose_features


def model(dbt, session):
    features = dbt.config.meta_get("features")
    training = dbt.ref("ml_segments__training_set").filter("is_fit_date").df()
    return choose_features(training, features)
