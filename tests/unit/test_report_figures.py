"""Which figure speaks for a subject, and what it is held against."""

from __future__ import annotations

from typing import Any

import pytest

from covey.cli.answers.propensity_quality import why_lines
from covey.published.comparisons import choose_leading, compare_with_baselines


def make_figure(**changes: Any) -> dict[str, Any]:
    figure = {
        "task": "propensity",
        "subject": "lapse_28d",
        "protocol": "time_forward",
        "split": "test_mean",
        "as_of_date": None,
        "model": "logistic_regression",
        "metric": "auc",
        "value": 0.85,
        "standard_error": 0.01,
        "baseline_model": "recency",
        "baseline_value": 0.75,
        "verdict": "published",
        "is_published": True,
        "run_id": "run",
    }
    return figure | changes


def test_the_best_simple_rule_is_the_one_to_beat() -> None:
    rows = [
        make_figure(),
        make_figure(baseline_model="active_week_count_90d", baseline_value=0.84),
    ]
    (comparison,) = compare_with_baselines(rows)
    assert comparison.baseline_model == "active_week_count_90d"


def test_smaller_is_better_for_errors() -> None:
    rows = [make_figure(metric="brier", value=0.08, baseline_value=0.2)]
    (comparison,) = compare_with_baselines(rows)
    assert comparison.standing == "better"


@pytest.mark.parametrize(
    ("gain_error", "standing"), [(0.001, "better"), (0.004, "same"), (None, "same")]
)
def test_difference_is_judged_by_its_own_error(
    gain_error: float | None, standing: str
) -> None:
    rows = [make_figure(value=0.755)]
    if gain_error is not None:
        rows.append(make_figure(metric="auc_gain", standard_error=gain_error))
    (comparison,) = compare_with_baselines(rows)
    assert comparison.standing == standing


def test_a_model_that_lost_is_shown_as_what_was_tried() -> None:
    """The learned model, and not another simple rule that lost to the best one."""
    lost = {"verdict": "beaten by the baseline", "is_published": False}
    rows = [
        make_figure(model="recency", value=0.75),
        make_figure(value=0.70, **lost),
        make_figure(model="recent_visits", value=0.72, **lost),
    ]
    (comparison,) = compare_with_baselines(rows)
    assert comparison.model == "logistic_regression"
    assert comparison.standing == "worse"
    assert not comparison.is_published


def test_a_model_that_won_the_test_alone_is_not_left_without_a_reason() -> None:
    (shown,) = compare_with_baselines([make_figure(value=0.9)])
    assert list(why_lines(shown)) == []
    lost = {"verdict": "beaten by the baseline", "is_published": False}
    (shown,) = compare_with_baselines([make_figure(value=0.9, **lost)])
    assert shown.standing == "better"
    assert "on validation and\nagain on the test" in "\n".join(why_lines(shown))


def test_only_test_periods_count() -> None:
    """No figure of the training rows, and none that says nothing of a model."""
    rows = [
        make_figure(split="train"),
        make_figure(metric="base_rate"),
        make_figure(value=None),
    ]
    assert compare_with_baselines(rows) == []


def test_nearer_to_the_ideal_is_better() -> None:
    rows = [make_figure(metric="calibration_slope", value=1.02, baseline_value=0.9)]
    (comparison,) = compare_with_baselines(rows)
    assert comparison.standing == "better"


def test_one_figure_speaks_for_a_subject() -> None:
    rows = [make_figure(metric=metric) for metric in ("brier", "auc", "lift")]
    (leading,) = choose_leading(compare_with_baselines(rows), "propensity")
    assert leading.metric == "auc"
