from covey.ml.segment_evaluation import evaluate_segments


def model(dbt, session):
    features = dbt.config.meta_get("features")
    n_clusters = dbt.config.meta_get("n_clusters")
    panel = dbt.ref("ml_segments__evaluation_set").df()
    return evaluate_segments(panel, features, n_clusters)
