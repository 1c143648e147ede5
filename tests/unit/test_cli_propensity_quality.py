"""What `covey quality` says of other ways to make probabilities."""

from covey.cli.answers.propensity_quality import way_lines

WAYS = {"logistic_regression": 0.72, "random_forest": 0.74, "bg_nbd": 0.61}


def make_rows(split="compare_mean"):
    return [
        {
            "task": "propensity",
            "subject": "lapse_28d",
            "split": split,
            "model": model,
            "metric": metric,
            "value": value,
            "standard_error": 0.004,
            "verdict": "chosen" if model == "logistic_regression" else "not chosen",
        }
        for model, auc in WAYS.items()
        for metric, value in {
            "auc": auc,
            "auc_gain": auc - 0.72,
            "brier": 0.1,
            "calibration_error": 0.02,
            "top_decile_lift": 2.5,
            "seconds": 3.0,
        }.items()
        if (model, metric) != ("logistic_regression", "auc_gain")
    ]


def test_the_best_way_comes_first_and_each_is_held_against_what_is_published():
    lines = list(way_lines(make_rows()))
    assert lines[1].endswith("Who may buy nothing in the next 28 days")
    ways = [line for line in lines if line.startswith(("log", "random", "BG"))]
    assert [way.split()[0] for way in ways] == ["random", "logistic", "BG/NBD"]
    assert "+0.020 ± 0.004" in ways[0]
    assert ["published" in way for way in ways] == [False, True, False]
    assert "-0.110" in ways[2]


def test_nothing_compared_is_nothing_said():
    assert list(way_lines([])) == []
    assert list(way_lines(make_rows("test_mean"))) == []
