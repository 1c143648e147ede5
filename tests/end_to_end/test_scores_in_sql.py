"""A model is a table: what SQL scores with it is what Python would, for everybody."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.cluster import KMeans

from conftest import Built
from covey.ml.propensity.regression import INTERCEPT, predict_probability
from covey.ml.segments.kmeans import assign_clusters
from covey.published.scoring import score

KEYS = ["outcome_type", "customer_id"]


def read(built: Built, query: str) -> pd.DataFrame:
    with duckdb.connect(str(built.build_path), read_only=True) as connection:
        return connection.execute(query).df()


@pytest.fixture(scope="module")
def coefficients(grocery: Built) -> pd.DataFrame:
    table = read(grocery, "from ml_propensity__coefficients")
    assert "logistic_regression" in set(table["model"]), "too few terms to test much"
    return table


@pytest.fixture(scope="module")
def scored(grocery: Built) -> pd.DataFrame:
    """Each score beside the features that it rests on."""
    query = """
        select scores.outcome_type, scores.probability, scores.decile, features.*
        from ml_propensity__scores as scores
        inner join ml_propensity__features as features using (customer_id)
        inner join feat_as_of_dates as dates using (as_of_date)
        where dates.is_scoring_date
        order by scores.outcome_type, scores.customer_id
    """
    rows = read(grocery, query)
    eligible = """
        select outcome_type, customer_id from ml_propensity__eligible
        inner join feat_as_of_dates using (as_of_date)
        where is_scoring_date order by all
    """
    pd.testing.assert_frame_equal(rows[KEYS], read(grocery, eligible))
    return rows


def test_probabilities_are_those_of_the_coefficient_table(
    scored: pd.DataFrame, coefficients: pd.DataFrame
) -> None:
    for outcome_type, rows in scored.groupby("outcome_type"):
        table = coefficients[coefficients["outcome_type"] == outcome_type]
        expected = predict_probability(rows, table)
        np.testing.assert_allclose(rows["probability"], expected, rtol=0, atol=1e-9)
        is_rule = "logistic_regression" not in set(table["model"])
        assert is_rule or expected.nunique() > len(rows) / 2


def test_somebody_new_gets_the_score_that_a_customer_has(
    grocery: Built, scored: pd.DataFrame
) -> None:
    """`covey score` adds up the published terms as SQL does for everybody."""
    terms = read(grocery, "from dim_score_terms").to_dict("records")
    for row in scored.astype(object).where(scored.notna(), None).to_dict("records"):
        own = [term for term in terms if term["outcome_type"] == row["outcome_type"]]
        assert score(own, row).probability == pytest.approx(
            row["probability"], abs=1e-9
        )


def test_contributions_and_intercept_add_up_to_the_log_odds(
    grocery: Built, scored: pd.DataFrame, coefficients: pd.DataFrame
) -> None:
    rows = read(
        grocery, "from ml_propensity__contributions order by outcome_type, customer_id"
    )
    for outcome_type, part in rows.groupby("outcome_type"):
        table = coefficients[coefficients["outcome_type"] == outcome_type]
        intercept = table.set_index("feature").loc[INTERCEPT, "coefficient"]
        names = table.loc[table["feature"] != INTERCEPT, "feature"].unique()
        log_odds = part[names].sum(axis=1) + intercept
        np.testing.assert_allclose(part["log_odds"], log_odds, rtol=0, atol=1e-9)
        said = scored.loc[scored["outcome_type"] == outcome_type, "probability"]
        np.testing.assert_allclose(logit(said), log_odds, rtol=0, atol=1e-9)


def test_reasons_are_the_strongest_contributions(grocery: Built) -> None:
    reasons = read(grocery, "from ml_propensity__reasons order by all")
    rows = read(grocery, "from ml_propensity__contributions").set_index(KEYS)
    names = read(grocery, "from ml_propensity__coefficients")["feature"].unique()
    terms = rows[[name for name in names if name != INTERCEPT]]
    strongest = np.sort(terms.abs().to_numpy(), axis=1)[:, ::-1]
    for rank, part in reasons.groupby("reason_rank"):
        at = part.set_index(KEYS)
        own = terms.loc[at.index].to_numpy()
        named = own[np.arange(len(at)), terms.columns.get_indexer(at["feature"])]
        assert (at["contribution_log_odds"] == named).all()
        expected = strongest[terms.index.get_indexer(at.index), rank - 1]
        assert (at["contribution_log_odds"].abs() == expected).all()
        log_odds = rows.loc[at.index, "log_odds"]
        points = 100 * (expit(log_odds) - expit(log_odds - named))
        np.testing.assert_allclose(at["contribution_points"], points, atol=1e-9)
    assert set(reasons["reason_rank"]) == {1, 2, 3}


def test_reasons_tell_the_value_of_the_feature(
    grocery: Built, scored: pd.DataFrame
) -> None:
    reasons = read(grocery, "from ml_propensity__reasons")
    features = scored.set_index(KEYS)
    for name, part in reasons.groupby("feature"):
        own = features.loc[part.set_index(KEYS).index, name].to_numpy(dtype="float64")
        np.testing.assert_array_equal(part["feature_value"].to_numpy(), own)


def test_deciles_are_tenths_that_equal_customers_share(scored: pd.DataFrame) -> None:
    for outcome_type, rows in scored.groupby("outcome_type"):
        if outcome_type == "campaign_redemption":
            continue  # the rule of one count gives many the same chance
        spans = rows.groupby("decile")["probability"].agg(["min", "max", "size"])
        assert spans.index.tolist() == list(range(1, 11))
        assert (spans["min"].to_numpy()[1:] > spans["max"].to_numpy()[:-1]).all()
        assert spans["size"].between(len(rows) / 10 - 2, len(rows) / 10 + 2).all()


def test_clusters_are_those_of_python_and_of_scikit_learn(sample: Built) -> None:
    features = read(
        sample,
        "from ml_segments__training_set where as_of_date = (select max(as_of_date) "
        "from ml_segments__training_set) order by customer_id",
    )
    centroids = read(sample, "from ml_segments__centroids")
    scores = read(sample, "from ml_segments__scores order by customer_id")
    expected = assign_clusters(features, centroids)
    assert scores["customer_id"].tolist() == expected["customer_id"].tolist()
    assert scores["cluster_id"].tolist() == expected["cluster_id"].tolist()
    wide = centroids.pivot(index="cluster_id", columns="feature", values="centre")
    assert len(set(scores["cluster_id"])) == len(wide) > 1
    model = KMeans(len(wide), init=wide.to_numpy(), n_init=1).fit(wide.to_numpy())
    matrix = features[list(wide.columns)].to_numpy()
    assert wide.index[model.predict(matrix)].tolist() == scores["cluster_id"].tolist()
    distances = np.sort(model.transform(matrix), axis=1)
    sure = read(sample, "from ml_segments__confidence order by customer_id")
    second = sure["runner_up_distance"].to_numpy()
    np.testing.assert_allclose(second, distances[:, 1], atol=1e-9)
    confidence = 1 - distances[:, 0] / distances[:, 1]
    np.testing.assert_allclose(sure["segment_confidence"], confidence, atol=1e-9)
