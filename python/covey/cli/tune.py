"""`covey tune`: choose the knobs of the recommendations where no test looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import product
from typing import Annotated, Any

import typer

from covey.cli.context import load_settings
from covey.cli.exits import NOT_FOUND, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import table

HORIZON_DAYS = 30
TEST_WINDOWS = 3
GRID = {
    "half_life_days": (30, 60, 120, 240),
    "alpha": (0.5, 0.6, 0.8),
    "shrink": (0, 1),
}


def tune(
    context: typer.Context,
    windows: Annotated[
        int, typer.Option(min=1, help="How many validation months to judge by.")
    ] = 2,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Compare knobs of the lists on months before those that they are tested on."""
    from covey.ml.recommendation_evaluation import Chosen
    from covey.ml.recommendation_tuning import tune_knobs
    from covey.ml.recommendations import Knobs
    from covey.publish.fingerprint import effective_vars
    from covey.warehouse import open_build

    settings = load_settings(context)
    if not settings.build_path.is_file():
        raise CommandError(
            f"business {settings.business!r} has no build: `covey build` makes one",
            NOT_FOUND,
        )
    chosen = effective_vars(settings)
    incumbent = Knobs(**chosen["recommendation_knobs"])
    grid = [incumbent, *(replace(incumbent, **each) for each in _combinations())]
    with open_build(settings.build_path) as connection:
        purchases = connection.sql(
            "select customer_id, item_id, cast(purchased_date as timestamp) "
            "as purchased_date from ml_recommendations__training_set"
        ).to_arrow_table()
    compared = tune_knobs(
        purchases,
        _validation_dates(date.fromisoformat(str(chosen["as_of_date"])), windows),
        [
            Chosen(chosen["recommendation_method"], knobs)
            for knobs in dict.fromkeys(grid)
        ],
        min_customers=chosen["recommendation_minimum_customers"],
    )
    ranked = compared.sort_values("ndcg", ascending=False)
    rows: list[dict[str, Any]] = ranked.to_dict("records")  # type: ignore[assignment]
    best = next(row for row in rows if row["is_chosen"])

    def lines() -> Iterator[str]:
        yield f"{len(rows)} sets of knobs by NDCG@10 on {windows} validation months"
        yield ""
        yield from table(
            [*(f">{name}" for name in GRID), ">NDCG", ">Gain", ">± SE", ""],
            [
                [
                    *(f"{row[name]:g}" for name in GRID),
                    f"{row['ndcg']:.4f}",
                    f"{row['gain']:+.4f}",
                    f"{row['gain_standard_error']:.4f}",
                    "chosen" if row["is_chosen"] else "",
                ]
                for row in rows[:10]
            ],
        )
        yield ""
        yield "A set is chosen if it beats the present one by more than chance would"
        yield f"among {len(rows)} sets."
        yield f"For businesses/{settings.business}.yml:"
        yield "recommendation_knobs:"
        for name in asdict(incumbent):
            yield f"  {name}: {best[name]:g}"

    show(as_json, as_csv, rows, rows, lines)


def _combinations() -> Iterator[dict[str, Any]]:
    for values in product(*GRID.values()):
        yield dict(zip(GRID, values, strict=True))


def _validation_dates(as_of_date: date, windows: int) -> list[date]:
    """Give the cut-offs whose months end before the first test month begins."""
    months = range(TEST_WINDOWS + 1, TEST_WINDOWS + 1 + windows)
    return [as_of_date - timedelta(days=HORIZON_DAYS * month) for month in months]
