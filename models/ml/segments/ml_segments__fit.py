from covey.ml.runs import make_run_id
from covey.ml.segments import fit_kmeans


def model(dbt, session):
    features = dbt.config.meta_get("features")
    n_clusters = dbt.config.meta_get("n_clusters")
    training = dbt.ref("ml_segments__training_set").filter("is_fit_date").df()
    centroids = fit_kmeans(training, features, n_clusters)
    parameters = {"features": features, "n_clusters": n_clusters}
    return centroids.assign(run_id=make_run_id(training, parameters))
