from covey.ml.runs import make_run_id
from covey.ml.segments.features import used_features
from covey.ml.segments.kmeans import fit_kmeans


def model(dbt, session):
    features = used_features(dbt.ref("ml_segments__fit_features").df())
    choice = dbt.ref("ml_segments__choice").df()
    tolerance = dbt.config.meta_get("tolerance")
    training = dbt.ref("ml_segments__training_set").filter("is_fit_date").df()
    previous = dbt.ref("ml_segments__previous_centroids").df()
    parameters = {
        "features": features,
        "n_clusters": int(choice["n_clusters"].iloc[0]),
        "tolerance": tolerance,
        "previous_run_ids": sorted(set(previous["run_id"])),
    }
    centroids = fit_kmeans(
        training,
        features,
        parameters["n_clusters"],
        previous=previous,
        tolerance=tolerance,
    )
    return centroids.assign(run_id=make_run_id(training, parameters))
