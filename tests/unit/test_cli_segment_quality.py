"""What `covey quality` says of numbers of segments and of ways to make them."""

import pytest

from covey.cli.answers.segment_quality import segment_lines

FIGURES = {"min_jaccard": 0.8, "adjusted_rand": 0.9, "r2": 0.4, "lapse_auc": 0.7}


def make_rows(gain=0.02, error=0.01):
    figures = [
        ("choice_mean", "kmeans_log_z", 4, "not chosen"),
        ("choice_mean", "kmeans_log_z", 5, "chosen"),
        ("choice_mean", "rfm_rules", 5, "not chosen"),
        ("compare_mean", "ward", 5, "not chosen"),
        ("compare_mean", "ward", 4, "not chosen"),
        ("compare_mean", "hdbscan", 0, "not chosen"),
    ]
    return [
        {
            "split": split,
            "model": model,
            "n_clusters": count,
            "metric": metric,
            "value": value,
            "standard_error": error,
            "verdict": verdict,
        }
        for split, model, count, verdict in figures
        for metric, value in {**FIGURES, "r2_gain": gain}.items()
        if (model, metric) != ("hdbscan", "r2_gain")
    ]


@pytest.mark.parametrize(
    ("gain", "words"),
    [(0.02, "better than"), (-0.005, "as good as"), (-0.02, "worse than")],
)
def test_verdict_is_said_either_way(gain, words):
    text = "\n".join(segment_lines(make_rows(gain)))
    assert f"5 segments are {words} RFM rules cut to 5 groups" in text
    assert f"{gain:+.3f} ± 0.010" in text


def test_only_the_chosen_number_is_compared():
    lines = list(segment_lines(make_rows()))
    assert sum("chosen" in line for line in lines) == 1
    assert sum(line.startswith("Ward") for line in lines) == 1
    assert any(line.startswith("dense places") for line in lines)


def test_nothing_tried_is_nothing_said():
    assert list(segment_lines([])) == []
    older = [{"split": "test_mean", "model": "x", "metric": "r2", "verdict": ""}]
    assert list(segment_lines(older)) == []
    is_choice = [row for row in make_rows() if row["split"] == "choice_mean"]
    assert "Ways to make them" not in "\n".join(segment_lines(is_choice))
