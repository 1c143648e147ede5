from covey.ml.segments.comparison import compare_algorithms
from covey.ml.segments.features import used_features


def model(dbt, session):
    is_wanted = dbt.config.meta_get("is_wanted")
    smallest = dbt.config.meta_get("smallest")
    largest = dbt.config.meta_get("largest")
    features = used_features(dbt.ref("ml_segments__fit_features").df())
    panel = dbt.ref("ml_segments__evaluation_set").df()
    counts = range(smallest, largest + 1) if is_wanted else ()
    return compare_algorithms(panel, features, counts)
