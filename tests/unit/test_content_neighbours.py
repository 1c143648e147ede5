"""Items that are alike by their terms."""

import pandas as pd

from covey.ml.recommendations.content_neighbours import fit_content_neighbours


def test_nearest_first_ties_by_id_and_never_itself() -> None:
    terms = pd.DataFrame(
        [
            *(("d", "wine", 1.0), ("c", "wine", 1.0), ("b", "wine", 1.0)),
            *(("a", "wine", 0.6), ("a", "red", 0.8), ("e", "beer", 1.0)),
        ],
        columns=["item_id", "term", "weight"],
    )
    found = fit_content_neighbours(terms, 2)
    assert found[["item_id", "neighbour_item_id"]].apply("".join, axis=1).tolist() == [
        *("ab", "ac"),
        *("bc", "bd"),
        *("cb", "cd"),
        *("db", "dc"),
    ]
    assert found["similarity"].tolist() == [0.6, 0.6, 1, 1, 1, 1, 1, 1]
    assert found["neighbour_rank"].tolist() == [1, 2] * 4
    again = fit_content_neighbours(terms.sample(frac=1, random_state=1), 2)
    pd.testing.assert_frame_equal(found, again)


def test_no_terms_are_no_neighbours() -> None:
    empty = pd.DataFrame({"item_id": [], "term": [], "weight": []})
    found = fit_content_neighbours(empty.astype({"item_id": "str", "term": "str"}), 2)
    assert found.empty
    assert found.dtypes.astype(str).to_dict()["item_id"] == "str"
