"""`covey quality` on lists: the grade, and what each list is like."""

from datetime import date
from typing import Any

from covey.cli.answers.list_quality import list_lines
from covey.cli.answers.quality import _model_lines


def _row(metric: str, value: float, baseline: float, **changes: Any) -> dict[str, Any]:
    row = {
        "task": "recommendations",
        "subject": "new_for_you",
        "protocol": "next 30 days",
        "split": "test_mean",
        "as_of_date": None,
        "model": "ease",
        "metric": metric,
        "value": value,
        "standard_error": 0.01,
        "baseline_model": "popularity_30d",
        "baseline_value": baseline,
        "verdict": "published",
        "grade": "B",
        "is_published": True,
        "run_id": "run1",
    }
    return row | changes


def test_a_list_shows_its_grade_beside_the_simple_rule() -> None:
    rows = [
        _row("ndcg_at_10", 0.11, 0.1),
        _row("ndcg_at_10", 0.12, 0.1, split="test", as_of_date=date(2025, 1, 1)),
        _row("bestseller_rate_at_10", 0.3, 0.6),
    ]
    text = "\n".join(_model_lines(rows))
    assert "B (better by less than two standard errors)" in text
    assert "Share of bestsellers" in text
    assert "30%" in text


def test_other_ways_stand_in_the_order_of_their_ndcg() -> None:
    rows = [
        _row(
            metric,
            value + place / 100,
            value,
            model=model,
            split="compare_mean",
            verdict="chosen" if model == "ease" else "not chosen",
        )
        for place, model in enumerate(("implicit_als", "ease"))
        for metric, value in (
            ("ndcg_at_10", 0.1),
            ("ndcg_at_10_gain", -0.01),
            ("recall_at_10", 0.07),
            ("coverage_at_10", 0.2),
            ("bestseller_rate_at_10", 0.3),
            ("seconds", 2),
        )
    ]
    text = "\n".join(list_lines(rows))
    assert text.index("EASE") < text.index("ALS")
    assert "-0.0100 ± 0.0100" in text
    assert list(list_lines([])) == []
