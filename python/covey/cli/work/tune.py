"""`covey tune`: choose how the lists of new items are learned where no test looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from covey.cli.context import load_settings
from covey.cli.exits import NOT_FOUND, CommandError
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import table
from covey.cli.work.business_file import write_settings
from covey.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from covey.ml.recommendations.evaluation import Chosen

HORIZON_DAYS = 30
TEST_WINDOWS = 3
METHODS = {"item_item_cosine": "cosine", "ease": "EASE"}
SHOWN_KNOBS = {
    "half_life_days": "Half-life",
    "profile_half_life_days": "Profile",
    "alpha": "Alpha",
    "shrink": "Shrink",
    "l2": "L2",
    "neighbour_count": "Kept",
}
ROWS_SHOWN = 10


def tune(
    context: typer.Context,
    windows: Annotated[
        int, typer.Option(min=1, help="How many validation months to judge by.")
    ] = 2,
    write: Annotated[
        bool,
        typer.Option("--write", help="Put what is chosen in the business's file."),
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Compare methods and knobs of the lists on months before they are tested."""
    from covey.ml.recommendations.cosine import Knobs
    from covey.ml.recommendations.evaluation import Chosen
    from covey.ml.recommendations.tuning import make_grid, tune_choice
    from covey.publish.calendar import fit_date
    from covey.publish.fingerprint import effective_vars

    settings = load_settings(context)
    if not settings.build_path.is_file():
        raise CommandError(
            f"business {settings.business!r} has no build: `covey build` makes one",
            NOT_FOUND,
        )
    known = effective_vars(settings)
    purchases, terms = _read_build(settings)
    knobs = Knobs(**known["recommendation_knobs"])
    incumbent = Chosen(known["recommendation_method"], knobs, terms)
    until = fit_date(
        date.fromisoformat(str(known["as_of_date"])), str(known["refit_calendar"])
    )
    compared = tune_choice(
        purchases,
        _validation_dates(until, windows),
        make_grid(incumbent),
        min_customers=known["recommendation_minimum_customers"],
        max_customers=known["evaluation_customer_limit"],
        watch=_watch,
    )
    ranked = compared.sort_values("ndcg", ascending=False, kind="stable")
    rows: list[dict[str, Any]] = ranked.to_dict("records")  # type: ignore[assignment]
    best = next(row for row in rows if row["is_chosen"])
    lines_to_write = {
        "recommendation_method": [f"recommendation_method: {best['method']}"],
        "recommendation_knobs": [
            "recommendation_knobs:",
            *(f"  {name}: {best[name]:g}" for name in asdict(knobs)),
        ],
    }
    is_kept = bool(compared["is_chosen"].iloc[0])
    if write and not is_kept:
        write_settings(settings, lines_to_write)

    def lines() -> Iterator[str]:
        yield f"{len(rows)} choices by NDCG@10 on {windows} validation months"
        yield ""
        yield from table(
            [
                *("Method", *(f">{name}" for name in SHOWN_KNOBS.values())),
                *(">NDCG", ">Gain", ">± SE", ""),
            ],
            [_cells(row) for row in _shown(rows)],
        )
        yield ""
        yield "Chosen is what beats the present one by more than chance would among"
        yield f"{len(rows)} choices."
        if is_kept:
            yield "Nothing does: the present one stays."
            return
        yield f"{'Written to' if write else 'For'} businesses/{settings.business}.yml:"
        for written in lines_to_write.values():
            yield from written

    show(as_json, as_csv, rows, rows, lines)


def _watch(grid: Sequence[Chosen]) -> Iterator[Chosen]:
    """Hand out the choices, and show on stderr how far it is."""
    label = f"Comparing {len(grid)} choices"
    with typer.progressbar(grid, label=label, file=sys.stderr) as bar:
        yield from bar


def _shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Choose the best few, the best of each method, and the present one."""
    first_of = {row["method"]: place for place, row in reversed([*enumerate(rows)])}
    return [
        row
        for place, row in enumerate(rows)
        if place < ROWS_SHOWN or place == first_of[row["method"]] or row["is_present"]
    ]


def _cells(row: dict[str, Any]) -> list[str]:
    marks = {"present": row["is_present"], "chosen": row["is_chosen"]}
    return [
        METHODS.get(row["method"], row["method"]),
        *(f"{row[name]:g}" for name in SHOWN_KNOBS),
        f"{row['ndcg']:.4f}",
        f"{row['gain']:+.4f}",
        f"{row['gain_standard_error']:.4f}",
        ", ".join(name for name, is_so in marks.items() if is_so),
    ]


def _read_build(settings: Settings) -> tuple[pa.Table, pd.DataFrame]:
    from covey.warehouse import open_build

    with open_build(settings.build_path) as connection:
        purchases = connection.sql(
            "select * replace (cast(purchased_date as timestamp) as purchased_date) "
            "from ml_recommendations__training_set"
        ).to_arrow_table()
        terms = connection.sql("from ml_recommendations__item_terms").df()
    return purchases, terms


def _validation_dates(fitted_until: date, windows: int) -> list[date]:
    """Give the cut-offs whose months end before the first test month begins."""
    months = range(TEST_WINDOWS + 1, TEST_WINDOWS + 1 + windows)
    return [fitted_until - timedelta(days=HORIZON_DAYS * month) for month in months]
