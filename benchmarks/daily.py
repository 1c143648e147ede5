"""`make bench-daily`: one more day on top of a year of files, beside a full build.

A day is the mean of three in a row, since DuckDB puts small parts of a table together
on some days and not on others. The same is done with a shop of a few customers, whose
rows cost nothing: what that takes is dbt's own, and is taken apart. dbt has read the
project before either.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.run import COVEY, Cost, measure

FULL_DAY = date(2025, 12, 16)
DAYS = [FULL_DAY + timedelta(days=n) for n in (1, 2, 3)]
TIMES = {"order_lines": "ordered_at", "events": "occurred_at"}


def write_days(shop: Path, folder: Path) -> int:
    """Deal the shop's tables out into a file per day; give the number of rows."""
    folder.mkdir()
    row_count = 0
    for table, column in TIMES.items():
        rows = pd.read_csv(shop / f"{table}.csv", dtype=str, keep_default_na=False)
        happened = pd.to_datetime(rows[column], errors="coerce").dt.date
        day = happened.fillna(FULL_DAY - timedelta(days=365))
        day = day.clip(lower=FULL_DAY - timedelta(days=365))
        for name, part in rows.groupby(day):
            if name < DAYS[-1]:
                part.to_csv(folder / f"{table}_{name}.csv", index=False)
                row_count += len(part)
    for table in ("customers", "products"):
        (folder / f"{table}.csv").write_bytes((shop / f"{table}.csv").read_bytes())
    return row_count


def prepare(customers: int, data_dir: Path) -> int:
    """Make a shop, its files by day, and what dbt reads; give the number of rows."""
    shop, days = data_dir / "shop", data_dir / "days"
    make = ["make-shop", "--customers", str(customers), "--output", str(shop)]
    measure([COVEY, *make], data_dir)
    row_count = write_days(shop, days)
    for as_of in DAYS:
        folder = data_dir / str(as_of)
        folder.mkdir()
        for table in TIMES:
            file = days / f"{table}_{as_of - timedelta(days=1)}.csv"
            if file.exists():  # a few customers may do nothing on a day
                file.rename(folder / file.name)
    measure([COVEY, "-b", "shop", "build", "--select", "costs"], data_dir)
    return row_count


def run(data_dirs: list[Path]) -> list[dict[str, Cost]]:
    """Land and build a year, and then days one by one; shops take turns at each.

    A machine that is slow for a while is slow for all of them.
    """
    found: list[dict[str, list[Cost]]] = [{} for _ in data_dirs]
    for as_of in (FULL_DAY, *DAYS):
        name = "one more day" if as_of in DAYS else "everything"
        for data_dir, costs in zip(data_dirs, found, strict=True):
            folder = data_dir / (str(as_of) if as_of in DAYS else "days")
            for step, cost in land_and_build(folder, as_of, data_dir).items():
                costs.setdefault(f"{step} {name}", []).append(cost)
    return [{name: mean_of(all_) for name, all_ in costs.items()} for costs in found]


def mean_of(costs: list[Cost]) -> Cost:
    """Average what days cost; of memory the peak counts."""
    return Cost(
        fmean(cost.seconds for cost in costs),
        fmean(cost.cpu_seconds for cost in costs),
        max(cost.peak_gib for cost in costs),
        costs[-1].output,
    )


def land_and_build(folder: Path, as_of: date, data_dir: Path) -> dict[str, Cost]:
    """Say what landing a folder of files and building takes."""
    land = ["land", "shop", str(folder), "--no-card", "--accept-volume"]
    build = ["build", "--as-of", str(as_of)]
    return {
        step[0]: measure([COVEY, "-b", "shop", *step], data_dir)
        for step in (land, build)
    }


def main() -> None:
    """Measure both, print the table and the share that a day costs."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 25_000
    console = Console(width=100)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        prepare(60, Path(other))
        row_count = prepare(customers, Path(one))
        bare, costs = run([Path(other), Path(one)])
    table = Table(title=f"{customers:,} customers, {row_count:,} lines and events")
    for column in ("", "seconds", "CPU seconds", "of a few customers", "peak GiB"):
        table.add_column(column, justify="left" if not column else "right")
    for name, cost in costs.items():
        table.add_row(
            name,
            f"{cost.seconds:.1f}",
            f"{cost.cpu_seconds:.1f}",
            f"{bare[name].seconds:.1f} / {bare[name].cpu_seconds:.1f}",
            f"{cost.peak_gib:.2f}",
        )
    console.print(table)
    day, full = costs["build one more day"], costs["build everything"]
    bare_day, bare_full = bare["build one more day"], bare["build everything"]
    share = day.cpu_seconds / full.cpu_seconds
    net = (day.cpu_seconds - bare_day.cpu_seconds) / (
        full.cpu_seconds - bare_full.cpu_seconds
    )
    console.print(
        f"a day is {share:.0%} of a full build in CPU seconds, {net:.0%} without dbt"
    )


if __name__ == "__main__":
    main()
