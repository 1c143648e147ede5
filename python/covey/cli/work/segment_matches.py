"""`covey segments accept`: say which segment a cluster is, where a fit cannot tell."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from covey.cli.context import load_settings
from covey.cli.exits import NOT_FOUND, CommandError
from covey.settings import Settings
from covey.warehouse import Row, WarehouseError, fetch, open_build

_COLUMNS = ["business", "fit_date", "cluster_id", "segment_id", "reason"]
_NEW = "new"


def segments_accept(
    context: typer.Context,
    cluster: Annotated[
        int,
        typer.Argument(help="The cluster, as the failed test names it.", min=0),
    ],
    segment: Annotated[
        str,
        typer.Argument(
            help="Id or name of the segment that it is, or `new` for one of its own."
        ),
    ],
    reason: Annotated[
        str, typer.Option("--reason", "-r", help="Why: kept beside the decision.")
    ],
) -> None:
    """Decide which segment a cluster is; the next build goes by it."""
    settings = load_settings(context)
    fit_date, clusters, segments = _read_last_fit(settings)
    if cluster not in clusters:
        known = ", ".join(str(each) for each in sorted(clusters))
        raise CommandError(f"the last fit has no cluster {cluster}: {known}", NOT_FOUND)
    chosen = _find_segment(segment, segments)
    if not reason.strip():
        raise CommandError("say why with --reason: others will read it", NOT_FOUND)
    path = settings.project_dir / "seeds" / "segment_matches.csv"
    key = [settings.business, str(fit_date), str(cluster)]
    _write_row(path, key, [chosen, " ".join(reason.split())])
    typer.echo(
        f"cluster {cluster} of the fit of {fit_date} is {chosen}: written to "
        f"{path.relative_to(settings.project_dir)}; `covey -b {settings.business} "
        "build` goes by it"
    )


def _read_last_fit(settings: Settings) -> tuple[date, set[int], list[Row]]:
    """Read what the last build fitted, whether or not it was published."""
    try:
        with open_build(settings.build_path) as connection:
            lineage = fetch(
                connection,
                "select fit_date, cluster_id from ml_segments__lineage "
                "where cluster_id is not null",
            )
            segments = fetch(
                connection,
                "select segment_id, segment_name from ml_segments__previous_registry "
                "where cluster_id is not null order by segment_id",
            )
    except WarehouseError as error:
        raise CommandError(str(error), NOT_FOUND) from error
    if not lineage:
        raise CommandError(
            f"the last build of {settings.business!r} fitted no segments", NOT_FOUND
        )
    return lineage[0]["fit_date"], {row["cluster_id"] for row in lineage}, segments


def _find_segment(wanted: str, segments: list[Row]) -> str:
    if wanted.casefold() == _NEW:
        return _NEW
    for row in segments:
        if wanted.casefold() in (row["segment_id"], row["segment_name"].casefold()):
            return str(row["segment_id"])
    names = ", ".join(
        f"{row['segment_id']} ({row['segment_name']})" for row in segments
    )
    raise CommandError(
        f"the version before has no segment {wanted!r}: {names or 'none'}, or {_NEW}",
        NOT_FOUND,
    )


def _write_row(path: Path, key: list[str], decision: list[str]) -> None:
    """Add a row to the seed, in place of an earlier one of the same cluster."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row][1:]
    kept = [row for row in rows if row[: len(key)] != key]
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([_COLUMNS, *kept, [*key, *decision]])
    unfinished.replace(path)
