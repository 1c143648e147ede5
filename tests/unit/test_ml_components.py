"""The two directions in which customers differ most, as rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from covey.ml.segments.components import COMPONENT_COLUMNS, fit_components

FEATURES = ["spend", "weeks", "breadth"]


def make_features(count: int = 200, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    volume = rng.normal(size=count)
    return pd.DataFrame(
        {
            "customer_id": [f"c{number:04d}" for number in rng.permutation(count)],
            "spend": volume + rng.normal(scale=0.2, size=count),
            "weeks": 0.5 * volume + rng.normal(scale=0.3, size=count),
            "breadth": rng.normal(scale=0.6, size=count),
        }
    )


def test_directions_are_those_of_scikit_learn() -> None:
    features = make_features()
    found = fit_components(features, FEATURES)
    theirs = PCA(2, svd_solver="full").fit(features[FEATURES].to_numpy())
    for component in (1, 2):
        own = found[found["component"] == component]
        loadings = own["loading"].to_numpy()
        direction = theirs.components_[component - 1]
        direction *= np.sign(direction[np.abs(direction).argmax()])
        assert loadings == pytest.approx(direction, abs=1e-6)
        assert loadings[np.abs(loadings).argmax()] > 0
        share = theirs.explained_variance_ratio_[component - 1]
        assert own["explained_share"].iloc[0] == pytest.approx(share)


def test_order_of_rows_changes_nothing() -> None:
    features = make_features()
    shuffled = features.sample(frac=1, random_state=1)
    expected = fit_components(features, FEATURES)
    pd.testing.assert_frame_equal(fit_components(shuffled, FEATURES), expected)


def test_few_features_constants_and_nobody() -> None:
    features = make_features(5)
    assert fit_components(features, ["spend"])["component"].tolist() == [1]
    constant = fit_components(features.assign(spend=1.0), ["spend"])
    assert constant["explained_share"].tolist() == [0.0]
    nobody = fit_components(features.iloc[:0], FEATURES)
    assert nobody.empty and list(nobody.columns) == list(COMPONENT_COLUMNS)
