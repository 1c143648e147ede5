"""The SQL that assigns, tried alone: what the fit left out must not count."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from covey.ml.segments.kmeans import assign_clusters
from unit.macros import load_macros

NAMES = ["orders", "spend", "copy"]


def assign_in_sql(customers, centroids, limit):
    macros = load_macros()
    row = macros.centroids_to_row("centroids", NAMES, limit)
    distances = macros.centroid_distances(NAMES, "customers", "wide", limit)
    connection = duckdb.connect()
    connection.register("customers", customers)
    connection.register("centroids", centroids.assign(run_id="run"))
    return connection.sql(
        f"with wide as ({row}), "
        f"measured as (select customer_id, {distances} from customers, wide), "
        f"nearest as (select *, {macros.nearest_cluster(limit)} as cluster_id, "
        f"{macros.nearest_distance(limit)} as distance from measured), "
        f"runners_up as (select *, {macros.runner_up_distance(limit)} "
        "as runner_up_distance from nearest) "
        f"select *, {macros.runner_up_cluster(limit)} as runner_up "
        "from runners_up order by customer_id"
    ).df()


@pytest.mark.parametrize("used", [["orders", "spend"], ["spend"], NAMES])
@pytest.mark.parametrize("n_clusters", [1, 3, 8])
def test_a_feature_that_was_left_out_adds_nothing(used, n_clusters):
    generator = np.random.default_rng(n_clusters)
    customers = pd.DataFrame(generator.normal(size=(200, 3)), columns=NAMES)
    customers["customer_id"] = [f"c{place:03d}" for place in range(200)]
    centres = generator.normal(size=(n_clusters, len(used)))
    centroids = pd.DataFrame(
        {
            "cluster_id": np.repeat(np.arange(n_clusters), len(used)),
            "feature": used * n_clusters,
            "centre": centres.ravel(),
        }
    )
    found = assign_in_sql(customers, centroids, 8)
    expected = assign_clusters(customers, centroids)["cluster_id"]
    assert found["cluster_id"].tolist() == expected.tolist()
    gaps = customers[used].to_numpy()[:, None] - centres
    distances = np.sqrt((gaps**2).sum(axis=2))
    ordered = np.sort(distances, axis=1)
    np.testing.assert_allclose(found["distance"], ordered[:, 0])
    if n_clusters == 1:
        assert found[["runner_up", "runner_up_distance"]].isna().all(axis=None)
    else:
        np.testing.assert_allclose(found["runner_up_distance"], ordered[:, 1])
        assert found["runner_up"].tolist() == np.argsort(distances)[:, 1].tolist()
