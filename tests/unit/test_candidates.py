"""Candidates as one table are those of the library, in any chunks."""

from __future__ import annotations

import pandas as pd
import pytest

from covey.ml.recommendations import candidates
from covey.ml.recommendations.candidates import make_candidates
from covey.ml.recommendations.cosine import Knobs, fit_neighbours, recommend_candidates
from covey.ml.recommendations.reasons import explain_recommendations
from unit.purchases_fixture import make_purchases, read


def test_a_table_in_chunks_is_what_the_library_lists(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    days, knobs = read(make_purchases()), Knobs()
    neighbours = fit_neighbours(days, knobs)
    expected = recommend_candidates(days, neighbours, knobs, 8)
    expected = explain_recommendations(days, neighbours, expected, knobs)
    is_further = expected.groupby("customer_id").cumcount() >= 3
    expected.loc[is_further, "because_item_id"] = None
    monkeypatch.setattr(candidates, "CUSTOMERS_PER_CHUNK", 7)
    found = make_candidates(days, neighbours, knobs, 8, 3).to_pandas()
    assert is_further.any()
    pd.testing.assert_frame_equal(
        found.astype(expected.dtypes.to_dict()), expected, check_dtype=False
    )


def test_nobody_gets_an_empty_table() -> None:
    days = read(make_purchases()[:0])
    table = make_candidates(days, fit_neighbours(days, Knobs()), Knobs(), 8, 3)
    assert table.num_rows == 0
    assert table.column_names[-1] == "because_item_id"
