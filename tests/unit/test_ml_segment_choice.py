"""The number of segments, their features, and the ways to make them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from covey.ml.segments.algorithms import ALGORITHMS, MODEL, RFM_RULES, to_log_z
from covey.ml.segments.choice import choose_count, judge_counts
from covey.ml.segments.comparison import compare_algorithms
from covey.ml.segments.features import choose_features, used_features
from covey.ml.segments.kmeans import assign_clusters, fit_kmeans
from covey.ml.segments.power import measure_lapse_auc, measure_r2_gain
from covey.ml.segments.stability import adjusted_rand, count_shared

NAMES = ["order_count_90d", "spend_amount_90d"]
GROUPS = 5


def make_panel(count=400, months=3, seed=2):
    """Five groups far apart by volume and by the price of an order."""
    generator = np.random.default_rng(seed)
    group = np.arange(count) % GROUPS
    orders, price = 3.0 ** (group % 3), 30.0 ** (group // 3)
    frames = []
    for month in range(1, months + 1):
        noise = generator.lognormal(0, 0.08, (2, count))
        frames.append(
            pd.DataFrame(
                {
                    "customer_id": [f"c{place:04d}" for place in range(count)],
                    "as_of_date": pd.Timestamp(2026, month, 1),
                    "days_since_last_order": generator.geometric(0.1, count),
                    "order_count_90d": 4 * orders * noise[0],
                    "spend_amount_90d": 40 * orders * price * noise[1],
                    "next_spend_amount": orders * price * (month < months or np.nan),
                    "next_order_count": (group > 0) * (month < months or np.nan),
                    "group": group,
                }
            )
        )
    return pd.concat(frames)


def values_of(table, split, model, metric):
    is_it = table["split"].eq(split) & table["model"].eq(model)
    rows = table[is_it & table["metric"].eq(metric)]
    return rows.set_index("n_clusters")["value"]


def test_planted_groups_give_their_number():
    tried = judge_counts(make_panel(), NAMES, n_bootstraps=20)
    jaccard = values_of(tried, "choice_mean", MODEL, "min_jaccard")
    assert jaccard.loc[GROUPS] > 0.95 > 0.75 > jaccard.loc[GROUPS + 1]
    choice = choose_count(tried).iloc[0]
    assert choice["n_clusters"] == choice["rule_n_clusters"] == GROUPS
    assert not choice["is_fixed"]
    assert "all of 5 segments come back" in choice["reason"]
    # Stability needs no outcome, so the last cut-off counts too.
    is_stability = tried["metric"].eq("adjusted_rand") & tried["split"].eq("choice")
    assert tried.loc[is_stability, "as_of_date"].nunique() == 3
    gains = values_of(tried, "choice_mean", MODEL, "r2_gain")
    own = values_of(tried, "choice_mean", MODEL, "r2")
    rules = values_of(tried, "choice_mean", RFM_RULES, "r2")
    np.testing.assert_allclose(gains, own - rules)


def tried_with(jaccards):
    return pd.DataFrame(
        {
            "split": "choice_mean",
            "model": MODEL,
            "metric": "min_jaccard",
            "n_clusters": list(jaccards),
            "value": list(jaccards.values()),
        }
    )


@pytest.mark.parametrize(
    ("jaccards", "expected"),
    [
        ({4: 0.9, 5: 0.8, 6: 0.75, 7: 0.7, 8: 0.9}, 6),
        ({4: 0.9, 5: 0.7, 6: 0.9}, 4),
        ({4: 0.5, 5: 0.9}, 4),
        ({4: 0.9, 5: np.nan, 6: 0.9}, 4),
        ({4: 0.9, 5: 0.9, 6: 0.9, 7: 0.9, 8: 0.9}, 8),
        ({}, 4),
    ],
)
def test_every_number_up_to_the_chosen_comes_back(jaccards, expected):
    assert choose_count(tried_with(jaccards))["n_clusters"].iloc[0] == expected


def test_a_business_may_fix_the_number():
    choice = choose_count(tried_with({4: 0.9, 5: 0.5}), 7).iloc[0]
    assert (choice["n_clusters"], choice["rule_n_clusters"]) == (7, 4)
    assert choice["is_fixed"]
    assert np.isnan(choice["min_jaccard"])
    assert choice["reason"].startswith("the business wants 7; by the rule it were 4")


@pytest.mark.parametrize("count", [0, 3, 39])
def test_too_few_customers_to_test_take_the_least(count):
    panel = make_panel().groupby("as_of_date").head(count)
    tried = judge_counts(panel, NAMES, n_bootstraps=4)
    assert tried.empty
    assert choose_count(tried)["n_clusters"].iloc[0] == 4
    assert "too few customers" in choose_count(tried)["reason"].iloc[0]


def whale(panel):
    is_whale = panel["customer_id"] == "c0000"
    total = panel["spend_amount_90d"].sum()
    return panel.assign(
        spend_amount_90d=panel["spend_amount_90d"].mask(is_whale, total)
    )


BAD_PANELS = {
    "all equal": lambda p: p.assign(order_count_90d=1, spend_amount_90d=2.0),
    "one feature constant": lambda p: p.assign(order_count_90d=0),
    "a whale": whale,
    "a feature missing": lambda p: p.assign(spend_amount_90d=np.nan),
    "some values missing": lambda p: p.assign(
        spend_amount_90d=p["spend_amount_90d"].where(p["group"] > 1)
    ),
    "negative spend": lambda p: p.assign(spend_amount_90d=-p["spend_amount_90d"]),
    "nothing sold next": lambda p: p.assign(next_spend_amount=0.0, next_order_count=0),
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("bad", BAD_PANELS)
def test_bad_panels_are_judged_without_a_crash(bad):
    panel = BAD_PANELS[bad](make_panel(200, months=2))
    tried = judge_counts(panel, NAMES, [4, 5], n_bootstraps=4)
    choice = choose_count(tried, counts=[4, 5])
    assert choice["n_clusters"].between(4, 5).all()
    has_power = tried["metric"].isin(["r2", "r2_gain"]).any()
    assert has_power == (bad != "nothing sold next")
    compared = compare_algorithms(panel, NAMES, [4], n_bootstraps=2)
    assert set(compared["model"]) == {each.name for each in ALGORITHMS}


def test_choice_is_the_same_for_any_order_of_rows():
    panel = make_panel(120, months=2)
    first = judge_counts(panel, NAMES, [4, 5], n_bootstraps=4)
    shuffled = panel.sample(frac=1, random_state=4)
    second = judge_counts(shuffled, NAMES, [4, 5], n_bootstraps=4)
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_constants_and_copies_are_left_out_and_the_first_named_stays():
    generator = np.random.default_rng(1)
    first, other = generator.normal(size=(2, 500))
    rows = pd.DataFrame(
        {
            "customer_id": [f"c{place:03d}" for place in range(500)],
            "first": first,
            "copy": -first + generator.normal(0, 0.01, 500),
            "never": 7.0,
            "alike": first + generator.normal(0, 0.5, 500),
            "other": other,
        }
    )
    names = ["never", "first", "copy", "alike", "other"]
    chosen = choose_features(rows, names)
    assert chosen["feature"].tolist() == names
    assert used_features(chosen) == ["first", "alike", "other"]
    reasons = dict(zip(chosen["feature"], chosen["reason"], strict=True))
    assert reasons["never"] == "is the same for everybody"
    assert reasons["copy"] == "says the same as first"
    alike = chosen.set_index("feature").loc["alike"]
    assert alike["alike_feature"] == "first"
    np.testing.assert_allclose(
        alike["alike_correlation"], np.corrcoef(first, rows["alike"])[0, 1]
    )
    assert used_features(choose_features(rows, names[::-1]))[:2] == ["other", "alike"]


@pytest.mark.parametrize("count", [0, 1, 20])
def test_where_nothing_varies_the_first_feature_stays(count):
    rows = make_panel(20, months=1).head(count)
    rows = rows.assign(order_count_90d=1.0, spend_amount_90d=0.0)
    assert used_features(choose_features(rows, NAMES)) == NAMES[:1]


def test_comparison_holds_every_figure_of_every_way():
    panel = make_panel(150, months=2)
    table = compare_algorithms(panel, NAMES, [4, 5], n_bootstraps=4)
    means = table[table["split"] == "compare_mean"]
    metrics = means.groupby("model")["metric"].agg(set)
    every = {
        "r2",
        "r2_gain",
        "lapse_auc",
        "adjusted_rand",
        "min_jaccard",
        "largest_share",
        "smallest_share",
        "group_count",
        "seconds",
        "silhouette",
        "calinski_harabasz",
        "davies_bouldin",
        "gap",
    }
    assert metrics[MODEL] == metrics["ward"] == metrics["gaussian_mixture"] == every
    assert metrics[RFM_RULES] == every - {"gap"}
    assert metrics["hdbscan"] == every - {"gap", "r2_gain"}
    assert (means.loc[means["model"] == "hdbscan", "n_clusters"] == 0).all()
    assert values_of(table, "compare_mean", MODEL, "r2").loc[GROUPS] > 0.9
    is_own = means["model"].eq(RFM_RULES) & means["metric"].eq("r2_gain")
    assert (means.loc[is_own, "value"] == 0).all()
    again = compare_algorithms(
        panel.sample(frac=1, random_state=1), NAMES, [4, 5], n_bootstraps=4
    )
    is_timed = table["metric"] == "seconds"
    pd.testing.assert_frame_equal(table[~is_timed], again[~is_timed], check_exact=True)
    assert compare_algorithms(panel, NAMES, []).empty


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda each: each.name)
def test_every_way_finds_planted_groups(algorithm):
    panel = make_panel(200, months=1)
    space = algorithm.space(panel, NAMES)
    labels = algorithm.fit(space, np.ones(len(space)), GROUPS, 0)(space)
    found = adjusted_rand_score(panel["group"], labels)
    assert found > (0.2 if algorithm.name == RFM_RULES else 0.75)


def test_agreement_is_that_of_scikit_learn():
    generator = np.random.default_rng(3)
    one, other = generator.integers(0, 4, (2, 300))
    other = np.where(generator.random(300) < 0.6, one, other)
    expected = adjusted_rand_score(one, other)
    np.testing.assert_allclose(adjusted_rand(count_shared(one, other)), expected)
    assert adjusted_rand(count_shared(one * 0, other * 0)) == 1


def test_power_is_told_beside_another_label():
    panel = make_panel(1_000, months=2).head(1_000)
    ids, spend = panel["customer_id"], panel["next_spend_amount"].to_numpy()
    group = panel["group"].to_numpy()
    half = group // 2
    value, error = measure_r2_gain(group, half, spend, ids)
    assert value > 2 * error > 0
    back, back_error = measure_r2_gain(half, group, spend, ids)
    np.testing.assert_allclose([back, back_error], [-value, error])
    orders = panel["next_order_count"].to_numpy()
    assert measure_lapse_auc(group, orders, ids) == 1
    assert measure_lapse_auc(group * 0, orders, ids) == pytest.approx(0.5, abs=0.05)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**16),
    count=st.integers(4, 60),
    copies=st.integers(1, 3),
    kinds=st.integers(1, 60),
)
def test_order_and_duplicates_of_the_data_change_no_label(seed, count, copies, kinds):
    """Each customer again under other ids: the same groups, and everyone with twins.

    Well parted groups have one best answer; a tie of two would be anyone's choice.
    """
    generator = np.random.default_rng(seed)
    places = generator.integers(0, kinds, count) % 3
    values = places[:, None] * 10.0 + generator.normal(0, 0.3, (count, 2))
    one = pd.DataFrame(values, columns=NAMES).assign(
        customer_id=[f"c{place:03d}" for place in range(count)]
    )
    twins = pd.concat(
        [one.assign(customer_id=one["customer_id"] + f"_{n}") for n in range(copies)]
    ).sample(frac=1, random_state=seed)
    n_clusters = len(np.unique(places))
    alone = assign_clusters(one, fit_kmeans(one, NAMES, n_clusters))
    together = assign_clusters(one, fit_kmeans(twins, NAMES, n_clusters))
    assert alone["cluster_id"].tolist() == together["cluster_id"].tolist()


def test_missing_values_are_typical_in_the_logs():
    rows = pd.DataFrame({"x": [1.0, 3.0, np.nan, 7.0], "y": [np.nan] * 4})
    points = to_log_z(rows, ["x", "y"])
    assert points[2].tolist() == [0, 0]
    assert points[:, 1].tolist() == [0, 0, 0, 0]
    np.testing.assert_allclose(points[[0, 1, 3], 0].mean(), 0, atol=1e-12)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads_change_no_label(threads):
    customers = make_panel(600, months=1)[["customer_id", *NAMES]]
    customers[NAMES] = np.log1p(customers[NAMES])
    expected = fit_kmeans(customers, NAMES, 7, sample_rows=200)
    with threadpool_limits(limits=threads):
        found = fit_kmeans(customers, NAMES, 7, sample_rows=200)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
