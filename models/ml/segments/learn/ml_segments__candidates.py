from covey.ml.segments.choice import judge_counts
from covey.ml.segments.features import used_features


def model(dbt, session):
    smallest = dbt.config.meta_get("smallest")
    largest = dbt.config.meta_get("largest")
    n_bootstraps = dbt.config.meta_get("n_bootstraps")
    features = used_features(dbt.ref("ml_segments__fit_features").df())
    panel = dbt.ref("ml_segments__evaluation_set").df()
    counts = range(smallest, largest + 1)
    return judge_counts(panel, features, counts, n_bootstraps=n_bootstraps)
