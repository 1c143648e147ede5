"""`make bench-daily`: one more day on top of a year of files, beside a full build.

The same is done with a shop of a few customers, whose rows cost nothing: what that
takes is dbt's own, and is taken apart.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.run import COVEY, Cost, measure

LAST_DAY = date(2025, 12, 16)
TIMES = {"order_lines": "ordered_at", "events": "occurred_at"}


def write_days(shop: Path, folder: Path) -> int:
    """Deal the shop's tables out into a file per day; give the number of rows."""
    folder.mkdir()
    row_count = 0
    for table, column in TIMES.items():
        rows = pd.read_csv(shop / f"{table}.csv", dtype=str, keep_default_na=False)
        happened = pd.to_datetime(rows[column], errors="coerce").dt.date
        day = happened.fillna(LAST_DAY - timedelta(days=365))
        day = day.clip(lower=LAST_DAY - timedelta(days=365))
        for name, part in rows.groupby(day):
            if name <= LAST_DAY:
                part.to_csv(folder / f"{table}_{name}.csv", index=False)
                row_count += len(part)
    for table in ("customers", "products"):
        (folder / f"{table}.csv").write_bytes((shop / f"{table}.csv").read_bytes())
    return row_count


def run(customers: int, data_dir: Path) -> tuple[int, dict[str, Cost]]:
    """Land a year of days but one, build, land the last one, build again."""
    shop, days, last = data_dir / "shop", data_dir / "days", data_dir / "last"
    make = ["make-shop", "--customers", str(customers), "--output", str(shop)]
    measure([COVEY, *make], data_dir)
    row_count = write_days(shop, days)
    last.mkdir()
    for table in TIMES:
        file = days / f"{table}_{LAST_DAY}.csv"
        if file.exists():  # a few customers may do nothing on a day
            file.rename(last / file.name)
    costs = {}
    for name, folder, as_of in (
        ("everything", days, LAST_DAY),
        ("one more day", last, LAST_DAY + timedelta(days=1)),
    ):
        land = [
            COVEY,
            "-b",
            "shop",
            "land",
            "shop",
            str(folder),
            "--no-card",
            "--accept-volume",
        ]
        build = [COVEY, "-b", "shop", "build", "--as-of", str(as_of)]
        costs[f"land {name}"] = measure(land, data_dir)
        costs[f"build {name}"] = measure(build, data_dir)
    return row_count, costs


def main() -> None:
    """Measure both, print the table and the share that a day costs."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 25_000
    console = Console(width=100)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        _, bare = run(60, Path(other))
        row_count, costs = run(customers, Path(one))
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
