"""`make bench-segments`: nine monthly builds of the grocer, and who moved and why.

Each month from April to December is built on top of the one before, with a refit. What
is printed is `docs/models/segment_history.md`'s tables. A folder that is given is built
in and kept.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.run import COVEY, measure
from covey.warehouse import open_build

MONTHS = [date(2017, month, 1) for month in range(4, 13)]
STILL = 0.1  # of a deviation: whose features moved by less has not changed

AGREEMENT = """
    with
    scaling as (from feat_scaling semi join ml_segments__centroids using (feature)),
    features as (
        from feat_matrix
        select as_of_date, customer_id, feature, ln(1 + greatest(value, 0)) as logged
        where feature in (select feature from scaling)
    ),
    steps as (
        select
            customer_id,
            max(abs(today.logged - earlier.logged) / log_deviation) as distance
        from features as today
        inner join features as earlier using (customer_id, feature)
        inner join scaling using (feature)
        where today.as_of_date = '{today}' and earlier.as_of_date = '{before}'
        group by customer_id
    )
    select
        count(*) as customers,
        avg(cast(segment_id = frozen_segment_id as integer)) as both_models,
        avg(cast(segment_id = previous_segment_id as integer)) as both_months,
        count(*) filter (distance < {still}) as still_customers,
        avg(cast(segment_id = previous_segment_id as integer))
            filter (distance < {still}) as still_agreement
    from ml_segments__moves left join steps using (customer_id)
    where previous_segment_id is not null and segment_id is not null
"""
MIGRATIONS = """
    select
        coalesce(sum(customer_count) filter (reason = 'joined'), 0),
        coalesce(sum(customer_count) filter (reason = 'customer_moved'), 0),
        coalesce(sum(customer_count) filter (reason = 'model_moved'), 0),
        coalesce(sum(customer_count) filter (reason = 'left'), 0),
        coalesce(sum(spend_amount_90d) filter (reason = 'customer_moved'), 0),
        coalesce(sum(spend_amount_90d) filter (reason = 'model_moved'), 0)
    from fct_segment_migrations where as_of_date = '{today}'
"""
EVENTS = """
    select segment_id, segment_name, event, matched_share, match_margin
    from fct_segment_events where as_of_date = '{today}' order by segment_id
"""
SIZES = """
    select segment_id, segment_name, customer_count, spend_share
    from dim_segments order by segment_id
"""


def prepare(data_dir: Path) -> None:
    """Land the grocer's files, unless they are there, and build nothing of them."""
    if not (data_dir / "data" / "landed" / "complete_journey").is_dir():
        measure([COVEY, "demo", "grocery"], data_dir)
    shutil.rmtree(data_dir / "warehouse" / "grocery", ignore_errors=True)


def read(data_dir: Path, query: str, **dates: object) -> list[tuple[Any, ...]]:
    """Ask the build file."""
    path = data_dir / "warehouse" / "grocery" / "build.duckdb"
    with open_build(path) as connection:
        return connection.sql(query.format(still=STILL, **dates)).fetchall()


def show(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table in Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    print(f"\n{title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))


def main() -> None:
    """Build the months and print what became of the segments."""
    agreements, migrations, events, sizes = [], [], [], []
    names: dict[str, str] = {}
    models = still_total = still_same = 0.0
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(sys.argv[1] if len(sys.argv) > 1 else folder)
        prepare(data_dir)
        for before, month in zip([None, *MONTHS], MONTHS, strict=False):
            build = [COVEY, "-b", "grocery", "build", "--as-of", str(month)]
            measure(build, data_dir)
            name = f"{month:%B}"
            told = read(data_dir, EVENTS, today=month)
            shares = [
                f"{row[0]} {row[2]}" + ("" if row[3] is None else f" {row[3]:.2f}")
                for row in told
            ]
            events.append([name, ", ".join(shares)])
            print(events[-1], file=sys.stderr, flush=True)
            of_month = read(data_dir, SIZES)
            names |= {row[0]: row[1] for row in of_month}
            sizes.append({row[0]: f"{row[2]:,} ({row[3]:.0%})" for row in of_month})
            (counts,) = read(data_dir, MIGRATIONS, today=month)
            migrations.append([name, *(f"{count:,.0f}" for count in counts)])
            if before is None:
                continue
            (row,) = read(data_dir, AGREEMENT, today=month, before=before)
            still_total += row[3]
            still_same += row[3] * (row[4] or 0)
            of_all = [f"{row[0]:,}", f"{row[1]:.3f}", f"{row[2]:.3f}"]
            agreements.append([name, *of_all, f"{row[3]:,}", f"{row[4]:.3f}"])
            models += row[1] / (len(MONTHS) - 1)
            print(agreements[-1], file=sys.stderr, flush=True)
    show(
        "Customers, and share of spend",
        ["1st of", *(f"{key} {names[key]}" for key in sorted(names))],
        [
            [f"{month:%B}", *(of_month.get(key, "") for key in sorted(names))]
            for month, of_month in zip(MONTHS, sizes, strict=True)
        ],
    )
    moved = ["customers moved", "the model moved them"]
    columns = ["joined", *moved, "left", *(f"$ of those {name}" for name in moved)]
    show("Moves since the month before", ["1st of", *columns], migrations)
    columns = ["customers", "both models", "both months", "still", "both months, still"]
    show("Same segment by", ["1st of", *columns], agreements)
    show("What became of each segment", ["1st of", "event, share matched"], events)
    print(f"\nBoth models agree on {models:.3f} of customers, mean of the months;")
    print(f"of {still_total:,.0f} still ones {still_same / still_total:.3f} stayed.")


if __name__ == "__main__":
    main()
