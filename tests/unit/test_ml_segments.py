import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from covey.ml.segments.algorithms import score_fifths
from covey.ml.segments.evaluation import evaluate_segments
from covey.ml.segments.kmeans import assign_clusters, fit_kmeans, name_clusters
from covey.ml.segments.power import measure_r2

NAMES = ["orders", "spend"]
RULES = pd.DataFrame(
    [
        (1, "Champions", 5, 5),
        (2, "Loyal", 4, 4),
        (3, "Active", 5, 3),
        (4, "Needs attention", 3, 3),
        (5, "At risk", 2, 4),
        (6, "Almost lost", 2, 2),
        (7, "Dormant", 1, 1),
    ],
    columns=["name_rank", "segment_name", "recency_score", "volume_score"],
)


def make_customers(count=600, n_groups=4, seed=0):
    generator = np.random.default_rng(seed)
    group = generator.integers(0, n_groups, count)
    matrix = group[:, None] * 3.0 + generator.normal(0, 0.4, (count, len(NAMES)))
    customers = pd.DataFrame(matrix, columns=NAMES)
    ids = [f"c{place:05d}" for place in generator.permutation(count)]
    return customers.assign(customer_id=ids, group=group)


def wide(centroids):
    table = centroids.pivot(index="cluster_id", columns="feature", values="centre")
    return table[NAMES].to_numpy()


def test_planted_groups_are_found_in_the_order_of_their_volume():
    customers = make_customers()
    centroids = fit_kmeans(customers, NAMES, 4)
    assigned = assign_clusters(customers, centroids)["cluster_id"].to_numpy()
    assert adjusted_rand_score(customers["group"], assigned) == 1
    assert (assigned == 3 - customers["group"]).all()
    counts = centroids.groupby("cluster_id")["member_count"].first()
    assert counts.to_list() == np.bincount(assigned).tolist()


def test_sampled_start_finds_the_same_centres():
    customers = make_customers(3_000)
    full = fit_kmeans(customers, NAMES, 4)
    sampled = fit_kmeans(customers, NAMES, 4, sample_rows=300)
    np.testing.assert_allclose(wide(sampled), wide(full))


@pytest.mark.parametrize("sample_rows", [100, 100_000])
def test_fit_does_not_depend_on_the_order_of_rows(sample_rows):
    customers = make_customers(n_groups=1)
    first = fit_kmeans(customers, NAMES, 5, sample_rows=sample_rows)
    shuffled = customers.sample(frac=1, random_state=7)
    second = fit_kmeans(shuffled, NAMES, 5, sample_rows=sample_rows)
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_assignment_equals_predict_of_scikit_learn():
    customers = make_customers(2_000, n_groups=1)
    centroids = fit_kmeans(customers, NAMES, 6)
    model = KMeans(6, init=wide(centroids), n_init=1, max_iter=1)
    model.fit(customers[NAMES].to_numpy())
    model.cluster_centers_ = np.ascontiguousarray(wide(centroids))
    expected = model.predict(customers[NAMES].to_numpy())
    assigned = assign_clusters(customers, centroids)
    assert assigned["cluster_id"].tolist() == expected.tolist()
    assert assigned["customer_id"].tolist() == customers["customer_id"].tolist()


def test_lower_id_wins_a_tie():
    centroids = pd.DataFrame(
        {"cluster_id": [0, 1], "feature": "spend", "centre": [1.0, -1.0]}
    )
    customers = pd.DataFrame({"customer_id": ["a"], "spend": [0.0]})
    assert assign_clusters(customers, centroids)["cluster_id"].tolist() == [0]


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 1), (3, 3)])
def test_fewer_customers_than_clusters(count, expected):
    customers = make_customers().head(count)
    centroids = fit_kmeans(customers, NAMES, 5)
    assert centroids["cluster_id"].nunique() == expected
    assert str(centroids["centre"].dtype) == "float64"
    assert len(assign_clusters(customers, centroids)) == count


def test_equal_customers_are_one_cluster():
    customers = make_customers().assign(orders=1.0, spend=2.0)
    centroids = fit_kmeans(customers, NAMES, 5)
    assert wide(centroids).tolist() == [[1.0, 2.0]]


def test_constant_feature_does_no_harm():
    customers = make_customers().assign(orders=0.0)
    assert fit_kmeans(customers, NAMES, 4)["cluster_id"].nunique() == 4


def test_what_cannot_be_clustered_is_named():
    customers = make_customers()
    with pytest.raises(ValueError, match=r"'spend' is missing or infinite for 1 of"):
        fit_kmeans(customers.assign(spend=[np.nan, *[1.0] * 599]), NAMES, 4)
    with pytest.raises(ValueError, match="'visits'"):
        fit_kmeans(customers, ["visits"], 4)
    with pytest.raises(ValueError, match="n_clusters is 0"):
        fit_kmeans(customers, NAMES, 0)
    with pytest.raises(ValueError, match="repeat a key"):
        fit_kmeans(customers.assign(customer_id="a"), NAMES, 4)


def names_of(points, rules=RULES):
    profiles = pd.DataFrame(points, columns=["recency_score", "volume_score"])
    named = name_clusters(profiles.assign(cluster_id=range(len(points))), rules)
    assert named["cluster_id"].tolist() == list(range(len(points)))
    assert named["segment_name"].is_unique
    return named


def test_typical_customers_get_their_names():
    points = RULES[["recency_score", "volume_score"]].to_numpy(dtype=float)[::-1]
    assert (
        names_of(points)["segment_name"].tolist()
        == RULES["segment_name"][::-1].tolist()
    )


def test_highest_spend_and_frequency_carry_the_best_name():
    # Left to distances alone, the first would be Loyal and the second Champions.
    points = [(4.4, 4.6), (4.6, 4.4), (1.0, 1.0)]
    assert names_of(points)["name_rank"].idxmin() == 0
    generator = np.random.default_rng(5)
    for _ in range(300):
        points = generator.uniform(1, 5, (5, 2)).round(2)
        rank = names_of(points)["name_rank"].to_numpy()
        best = points.sum(axis=1).argmax()
        assert rank[best] == rank.min()
        for better in range(5):
            for worse in range(5):
                if (points[better] > points[worse]).all():
                    assert rank[better] < rank[worse]


def test_names_do_not_depend_on_the_order_of_rows():
    points = np.array([[3.0, 3.0], [3.0, 3.0], [5.0, 5.0]])
    profiles = pd.DataFrame(points, columns=["recency_score", "volume_score"])
    profiles["cluster_id"] = [2, 0, 1]
    first = name_clusters(profiles, RULES)
    second = name_clusters(profiles[::-1], RULES.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(first, second)


def test_too_few_names_say_which_seed_to_extend():
    with pytest.raises(ValueError, match="segment_names"):
        names_of([(1, 1)] * 8)
    assert names_of([]).empty


def make_panel(count=400, seed=2):
    generator = np.random.default_rng(seed)
    volume = generator.integers(0, 4, count)
    frames = []
    for month in range(1, 4):
        orders = generator.poisson(np.exp(volume))
        spend = orders * generator.lognormal(3, 0.2, count)
        frames.append(
            pd.DataFrame(
                {
                    "customer_id": [f"c{place}" for place in range(count)],
                    "as_of_date": pd.Timestamp(2026, month, 1),
                    "days_since_last_order": generator.geometric(0.1, count),
                    "order_count_90d": orders,
                    "spend_amount_90d": spend,
                    "next_spend_amount": np.exp(volume) * 20,
                }
            )
        )
    return pd.concat(frames)


def test_evaluation_judges_segments_beside_simple_labels():
    panel = make_panel()
    names = ["order_count_90d", "spend_amount_90d"]
    table = evaluate_segments(panel, names, 4, n_cutoffs=2, n_bootstraps=5)
    means = table[table["split"] == "test_mean"].set_index(["model", "metric"])
    assert means.loc[("kmeans_log_z", "r2"), "value"] > 0.5
    assert 0 < means.loc[("kmeans_log_z", "min_jaccard"), "value"] <= 1
    assert means.loc[("rfm_grid", "r2"), "standard_error"] > 0
    assert table.loc[table["split"] == "test", "as_of_date"].nunique() == 2
    assert (
        table["baseline_model"].isin(["rfm_grid", "rfm_rules", "spend_quintile"]).all()
    )
    assert means.loc[("kmeans_log_z", "r2_gain"), "standard_error"] >= 0
    assert table["verdict"].isin(["published", "beaten by the baseline"]).all()
    again = evaluate_segments(
        panel.sample(frac=1, random_state=3), names, 4, n_cutoffs=2, n_bootstraps=5
    )
    pd.testing.assert_frame_equal(table, again, check_exact=True)


@pytest.mark.parametrize("count", [0, 9])
def test_evaluation_of_too_few_customers_is_an_empty_table(count):
    table = evaluate_segments(make_panel().head(count), ["spend_amount_90d"], 4)
    assert table.empty
    assert "verdict" in table.columns


def test_evaluation_survives_customers_who_are_all_alike():
    panel = make_panel().assign(
        order_count_90d=1, spend_amount_90d=1.0, days_since_last_order=1
    )
    table = evaluate_segments(panel, ["spend_amount_90d"], 4, n_bootstraps=2)
    assert set(table["verdict"]) == {"beaten by the baseline"}


def test_where_nobody_ever_pays_there_is_no_test():
    panel = make_panel().assign(
        days_since_last_order=pd.array([pd.NA] * 1_200, dtype="Int64"),
        next_spend_amount=0.0,
    )
    assert evaluate_segments(panel, ["order_count_90d"], 4, n_bootstraps=2).empty
    assert set(score_fifths(panel["days_since_last_order"])) == {1}


def test_random_labels_explain_nothing():
    generator = np.random.default_rng(4)
    spend, labels = generator.lognormal(3, 1, 2_000), generator.integers(0, 5, 2_000)
    ids = pd.Series([f"c{place}" for place in range(2_000)])
    value, error = measure_r2(labels, spend, ids)
    assert abs(value) < 3 * error


def test_equal_values_share_a_score():
    scores = score_fifths(pd.Series([0, 0, 0, 0, 1, 2, 3, 4, 5, 6]))
    assert scores.tolist() == [1, 1, 1, 1, 3, 3, 4, 4, 5, 5]


def test_the_fit_before_is_taken_up_where_it_ends_as_well():
    """Without groups K-Means has many equal ends; the one before is as good as any."""
    angle = np.linspace(0, 2 * np.pi, 900, endpoint=False)
    ring = pd.DataFrame({"orders": np.cos(angle), "spend": np.sin(angle)})
    ring["customer_id"] = [f"c{place:04d}" for place in range(900)]
    plain = fit_kmeans(ring, NAMES, 5)
    turn = 0.5
    before = plain.pivot(index="cluster_id", columns="feature", values="centre")
    turned = before[NAMES].to_numpy() @ [
        [np.cos(turn), np.sin(turn)],
        [-np.sin(turn), np.cos(turn)],
    ]
    previous = pd.DataFrame(turned, columns=NAMES).rename_axis("cluster_id")
    previous = previous.reset_index().melt(
        "cluster_id", var_name="feature", value_name="centre"
    )
    warm = fit_kmeans(ring, NAMES, 5, previous=previous)

    def gap(centroids):
        found = centroids.pivot(index="cluster_id", columns="feature", values="centre")
        steps = found[NAMES].to_numpy()[:, None] - turned
        return np.sqrt((steps**2).sum(axis=2)).min(axis=1).max()

    assert gap(warm) < 0.2 < gap(plain)
    shuffled = ring.sample(frac=1, random_state=1)
    again = fit_kmeans(shuffled, NAMES, 5, previous=previous.sample(frac=1))
    assert again.equals(warm)


def test_a_fit_before_that_ends_worse_is_not_taken_up():
    customers = make_customers()
    plain = fit_kmeans(customers, NAMES, 4)
    two_in_one_group = [0.3, -0.3, -0.3, 0.3, 4.5, 4.5, 9.0, 9.0]
    stuck = plain.assign(centre=two_in_one_group)
    assert fit_kmeans(customers, NAMES, 4, previous=stuck).equals(plain)
    taken = fit_kmeans(customers, NAMES, 4, previous=stuck, tolerance=100)
    assert not taken.equals(plain)


@pytest.mark.parametrize("change", ["features", "count"])
def test_a_fit_before_of_another_shape_is_left_alone(change):
    customers = make_customers()
    plain = fit_kmeans(customers, NAMES, 4)
    other = plain[plain["cluster_id"] < 3]
    if change == "features":
        other = plain.replace({"feature": {"spend": "visits"}})
    assert fit_kmeans(customers, NAMES, 4, previous=other).equals(plain)


@pytest.mark.parametrize("sample_rows", [100_000, 500])
@pytest.mark.parametrize("threads", [1, 2])
def test_neither_copies_nor_threads_change_a_label(threads, sample_rows):
    customers = make_customers()
    previous = fit_kmeans(customers, NAMES, 4)
    expected = assign_clusters(customers, previous)["cluster_id"].tolist()
    copies = customers.assign(customer_id="copy of " + customers["customer_id"])
    twice = pd.concat([customers, copies])
    with threadpool_limits(threads):
        again = fit_kmeans(twice, NAMES, 4, previous=previous, sample_rows=sample_rows)
    assert assign_clusters(customers, again)["cluster_id"].tolist() == expected
