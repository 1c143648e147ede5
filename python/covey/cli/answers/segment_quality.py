"""What was tried for the segments: numbers of them, and other ways to make them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from covey.cli.tables import table
from covey.words.vocabulary import say_model
from covey.words.wording import say_number, say_percent

MODEL = "kmeans_log_z"
RFM_RULES = "rfm_rules"
Figures = dict[tuple[str, int], dict[str, dict[str, Any]]]


def segment_lines(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Show each number of segments, and each other way if a build compared them.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `rpt_model_quality`.
    """
    tried, ways = _by_place(rows, "choice_mean"), _by_place(rows, "compare_mean")
    chosen = next((row["n_clusters"] for row in rows if _is_chosen(row)), None)
    if tried:
        yield ""
        yield "How many segments"
        yield from table(
            [
                ">Segments",
                ">Worst comes back",
                ">Adjusted Rand",
                ">R²",
                ">Over RFM",
                "",
            ],
            [
                [
                    str(count),
                    _say(figures, "min_jaccard"),
                    _say(figures, "adjusted_rand"),
                    _say(figures, "r2"),
                    _say_gain(figures),
                    "chosen" if count == chosen else "",
                ]
                for (model, count), figures in sorted(tried.items())
                if model == MODEL
            ],
        )
        yield from _verdict(tried.get((MODEL, chosen or 0), {}), chosen)
    if ways:
        yield ""
        yield "Ways to make them (build --compare)"
        yield from table(
            [
                "Way",
                ">Comes back",
                ">R²",
                ">Over RFM",
                ">Lapse AUC",
                ">Smallest",
            ],
            [
                [
                    say_model(model),
                    _say(figures, "min_jaccard"),
                    _say(figures, "r2"),
                    _say_gain(figures),
                    _say(figures, "lapse_auc"),
                    _say_share(figures, "smallest_share"),
                ]
                for (model, count), figures in sorted(ways.items())
                if count in (0, chosen)
            ],
        )


def _by_place(rows: Sequence[dict[str, Any]], split: str) -> Figures:
    found: Figures = {}
    for row in rows:
        if row["split"] == split and row.get("n_clusters") is not None:
            place = (row["model"], row["n_clusters"])
            found.setdefault(place, {})[row["metric"]] = row
    return found


def _is_chosen(row: dict[str, Any]) -> bool:
    return bool(row["verdict"] == "chosen" and row["split"] == "choice_mean")


def _verdict(figures: dict[str, dict[str, Any]], count: int | None) -> Iterator[str]:
    """Say whether the segments tell the next days' spend as well as as many rules."""
    gain = figures.get("r2_gain")
    if gain is None or gain["value"] is None:
        return
    error = gain["standard_error"] or 0.0
    if gain["value"] > error:
        verdict = "better than"
    elif gain["value"] >= -error:
        verdict = "as good as"
    else:
        verdict = "worse than"
    yield (
        f"At telling the next days' spend, {count} segments are {verdict} RFM rules "
        f"cut to {count} groups."
    )


def _say(figures: dict[str, dict[str, Any]], metric: str) -> str:
    value = figures.get(metric, {}).get("value")
    return "-" if value is None else say_number(value)


def _say_share(figures: dict[str, dict[str, Any]], metric: str) -> str:
    value = figures.get(metric, {}).get("value")
    return "-" if value is None else say_percent(value)


def _say_gain(figures: dict[str, dict[str, Any]]) -> str:
    row = figures.get("r2_gain", {})
    if row.get("value") is None:
        return "-"
    return f"{row['value']:+.3f} ± {row['standard_error'] or 0:.3f}"
