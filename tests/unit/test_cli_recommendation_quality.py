"""`covey quality` on lists: the grade, and what each list is like."""

from datetime import date
from typing import Any

from covey.cli.quality import _model_lines


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
