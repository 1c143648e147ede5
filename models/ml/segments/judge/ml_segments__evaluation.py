from covey.ml.segments.evaluation import evaluate_segments
from covey.ml.segments.features import used_features


def model(dbt, session):
    features = used_features(dbt.ref("ml_segments__fit_features").df())
    choice = dbt.ref("ml_segments__choice").df()
    n_clusters = int(choice["n_clusters"].iloc[0])
    panel = dbt.ref("ml_segments__evaluation_set").df()
    return evaluate_segments(panel, features, n_clusters)
