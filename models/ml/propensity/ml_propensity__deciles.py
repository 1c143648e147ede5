from covey.ml.propensity_evaluation import evaluate_deciles


def model(dbt, session):
    features = dbt.config.meta_get("features")
    training = dbt.ref("ml_propensity__training_set").df()
    return evaluate_deciles(training, features)
