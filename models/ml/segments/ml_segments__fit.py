from covey.ml.runs import make_run_id
from covey.ml.segment_features import used_features
from covey.ml.segments import fit_kmeans


def model(dbt, session):
    features = used_features(dbt.ref("ml_segments__fit_features").df())
    choice = dbt.ref("ml_segments__choice").df()
    n_clusters = int(choice["n_clusters"].iloc[0])
    training = dbt.ref("ml_segments__training_set").filter("is_fit_date").df()
    centroids = fit_kmeans(training, features, n_clusters)
    parameters = {"features": features, "n_clusters": n_clusters}
    return centroids.assign(run_id=make_run_id(training, parameters))
