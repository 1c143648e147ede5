"""What was tried for the lists: other ways to make them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from covey.cli.tables import table
from covey.words.vocabulary import say_list_name
from covey.words.wording import say_percent

Figures = dict[str, dict[str, Any]]
# Short enough for a table.
WAYS = {
    "item_item_cosine": "item-item cosine",
    "ease": "EASE",
    "content": "content",
    "plain_cosine": "plain cosine",
    "user_cosine": "user-based cosine",
    "implicit_als": "implicit ALS",
    "popularity_30d": "popular, 30 days",
    "decayed_popularity": "popular, decayed",
    "segment_popularity": "popular, segment",
    "fitted_by_segment": "fitted by segment",
    "raised_by_segment": "raised by segment",
    "own_frequency": "own habit",
    "own_and_typical_frequency": "own, all habits",
}


def list_lines(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Show each other way to make a list, if a build compared them.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `rpt_model_quality`.
    """
    found: dict[str, dict[str, Figures]] = {}
    for row in rows:
        if row["task"] == "recommendations" and row["split"] == "compare_mean":
            ways = found.setdefault(row["subject"], {})
            metric = row["metric"].partition("_at_")[0]
            is_gain = row["metric"].endswith("_gain")
            ways.setdefault(row["model"], {})[metric + "_gain" * is_gain] = row
    for subject, ways in sorted(found.items(), reverse=True):
        yield ""
        yield f"Ways to make it (build --compare): {say_list_name(subject)}"
        yield from table(
            [
                "Way",
                ">NDCG",
                ">Gain",
                ">Recall",
                ">Variety",
                ">Bestsellers",
                ">CPU s",
            ],
            [
                [
                    WAYS.get(model, model),
                    f"{figures['ndcg']['value']:.4f}",
                    _say_gain(figures),
                    *(
                        say_percent(figures[metric]["value"])
                        for metric in ("recall", "coverage", "bestseller_rate")
                    ),
                    f"{figures['seconds']['value']:.1f}",
                ]
                for model, figures in sorted(ways.items(), key=_merit)
            ],
        )


def _merit(way: tuple[str, Figures]) -> tuple[float, str]:
    return -way[1]["ndcg"]["value"], way[0]


def _say_gain(figures: Figures) -> str:
    row = figures["ndcg_gain"]
    if row["verdict"] == "chosen":
        return "chosen"
    return f"{row['value']:+.4f} ± {row['standard_error'] or 0:.4f}"
