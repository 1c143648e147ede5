"""Seconds to choose, fit and assign the segments of a million customers.

    python -m benchmarks.segments [customers]

Twelve features, eight segments. The fit stands beside the same work by hand (ten
starts on 100,000 customers, then all of them from the best), turn by turn in one
process, since a busy machine is slow for both; the least of three turns counts.
Choosing looks at the sample that a build takes: 3,000 customers at each of four
cut-offs, 100 bootstraps for each number from 4 to 8. Assigning is the SQL of the model
as dbt compiles it, read and not written.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from sklearn.cluster import KMeans

from covey.ml.segments.choice import judge_counts
from covey.ml.segments.features import choose_features
from covey.ml.segments.kmeans import assign_clusters, fit_kmeans

MODEL = "ml_segments__assignments"
NAMES = [f"feature_{place:02d}" for place in range(12)]
SEGMENTS = 8
TURNS = 3
PANEL_CUSTOMERS = 3_000


def make_customers(count: int) -> pd.DataFrame:
    """Make customers of eight overlapping kinds, each feature in deviations."""
    generator = np.random.default_rng(0)
    centres = generator.normal(0, 1.2, (SEGMENTS, len(NAMES)))
    kinds = generator.integers(0, SEGMENTS, count)
    matrix = centres[kinds] + generator.normal(0, 1, (count, len(NAMES)))
    matrix = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    ids = [f"{place:032x}" for place in range(count)]
    return pd.DataFrame(matrix, columns=NAMES).assign(customer_id=ids)


def make_panel(customers: pd.DataFrame) -> pd.DataFrame:
    """Give four cut-offs of the sample that a build judges, in raw units."""
    raw = np.expm1(customers.head(PANEL_CUSTOMERS)[NAMES].clip(-4, 4) / 2 + 2)
    generator = np.random.default_rng(1)
    cutoffs = []
    for month in range(1, 5):
        moved = raw * generator.lognormal(0, 0.05, raw.shape)
        cutoffs.append(
            moved.assign(
                customer_id=customers["customer_id"].head(PANEL_CUSTOMERS),
                as_of_date=pd.Timestamp(2026, month, 1),
                days_since_last_order=moved[NAMES[0]],
                order_count_90d=moved[NAMES[1]],
                spend_amount_90d=moved[NAMES[2]],
                next_spend_amount=moved[NAMES[3]],
            )
        )
    return pd.concat(cutoffs)


def fit_by_hand(matrix: np.ndarray) -> np.ndarray:
    """Fit as one would in a notebook, and give the centres."""
    sample = matrix[np.random.default_rng(0).choice(len(matrix), 100_000, False)]
    start = KMeans(SEGMENTS, n_init=10, random_state=0).fit(sample)
    model = KMeans(SEGMENTS, init=start.cluster_centers_, n_init=1).fit(matrix)
    return np.asarray(model.cluster_centers_)


def inertia(matrix: np.ndarray, centres: np.ndarray) -> float:
    """Sum up the squared distances to the nearest centre."""
    distances = [((matrix - centre) ** 2).sum(axis=1) for centre in centres]
    return float(np.min(distances, axis=0).sum())


def timed(work: Callable[[], object]) -> tuple[float, float, object]:
    """Give wall and CPU seconds, and the result."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def compile_assignments(folder: Path) -> str:
    """Let dbt compile the model for twelve features."""
    (folder / "warehouse" / "sample").mkdir(parents=True)
    told = {"segment_features": NAMES, "segment_count": SEGMENTS}
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "compile"]
    command += ["--target-path", str(folder / "target"), "--select", MODEL]
    command += ["--vars", json.dumps(told)]
    environment = {**os.environ, "COVEY_DATA_DIR": str(folder)}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    compiled = folder / "target" / "compiled"
    return next(compiled.rglob(f"{MODEL}.sql")).read_text()


def assign_by_hand(centroids: pd.DataFrame) -> str:
    """Write the shortest SQL that labels everybody: centres as numbers in the text."""
    wide = centroids.pivot(index="cluster_id", columns="feature", values="centre")
    distances = [
        " + ".join(f"({name} - {row[name]}) * ({name} - {row[name]})" for name in NAMES)
        for _, row in wide.iterrows()
    ]
    listed = ", ".join(f"{text} as d{n}" for n, text in enumerate(distances))
    least = "least(" + ", ".join(f"d{n}" for n in range(len(wide))) + ")"
    cases = " ".join(f"when d{n} = {least} then {n}" for n in range(len(wide)))
    return (
        f"select customer_id, case {cases} end as cluster_id, "
        f"sqrt({least}) as segment_distance "
        f"from (select customer_id, {listed} from customers)"
    )


def time_sql(
    folder: Path, customers: pd.DataFrame, centroids: pd.DataFrame
) -> tuple[dict[str, list[tuple[float, float]]], bool]:
    """Time the model and the SQL by hand, and hold the labels against Python's."""
    model = compile_assignments(folder)
    ours, by_hand, whole = [], [], []
    with duckdb.connect(config={"threads": "2"}) as connection:
        connection.execute(f"attach '{folder / 'build.duckdb'}' as build")
        connection.execute("use build.main")
        connection.execute(
            "create table ml_segments__training_set as "
            "select *, date '2026-01-01' as as_of_date, true as is_fit_date "
            "from customers"
        )
        connection.execute(
            "create table ml_segments__centroids as "
            "select *, 'run' as run_id from centroids"
        )
        connection.execute("create table customers as from customers")
        for _ in range(TURNS):
            for found, sql in ((ours, model), (by_hand, assign_by_hand(centroids))):
                read = f"select sum(cluster_id), sum(segment_distance) from ({sql})"
                found.append(timed(lambda do=read: connection.execute(do))[:2])
            read = f"select sum(columns('cluster_id|distance')) from ({model})"
            whole.append(timed(lambda do=read: connection.execute(do))[:2])
        labels = connection.sql(f"from ({model}) order by customer_id").df()
    expected = assign_clusters(customers, centroids)["cluster_id"].to_numpy()
    turns = {
        "assign in SQL by hand": by_hand,
        "assign in SQL: covey's model": ours,
        "the same with the next nearest": whole,
    }
    return turns, bool((labels["cluster_id"].to_numpy() == expected).all())


def main() -> None:
    """Measure each, and print a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    customers = make_customers(count)
    matrix = np.ascontiguousarray(customers[NAMES].to_numpy())
    fits: list[tuple[float, float]] = []
    hands: list[tuple[float, float]] = []
    for _ in range(TURNS):
        wall, cpu, by_hand = timed(lambda: fit_by_hand(matrix))
        hands.append((wall, cpu))
        wall, cpu, centroids = timed(lambda: fit_kmeans(customers, NAMES, SEGMENTS))
        fits.append((wall, cpu))
    panel = make_panel(customers)
    choice = timed(lambda: judge_counts(panel, NAMES))[:2]
    chosen = timed(lambda: choose_features(customers, NAMES))[:2]
    with tempfile.TemporaryDirectory() as scratch:
        assigned, is_same = time_sql(Path(scratch), customers, centroids)
    wide = centroids.pivot(index="cluster_id", columns="feature", values="centre")
    least = inertia(matrix, by_hand)
    table = Table(title=f"{count:,} customers, 12 features", title_justify="left")
    for column in ("", "wall s", "CPU s"):
        table.add_column(column, justify="left" if not column else "right")
    for name, (wall, cpu) in {
        "fit: ten starts on a sample, then all, by hand": np.min(hands, axis=0),
        "fit: covey": np.min(fits, axis=0),
        "drop constants and copies": chosen,
        "choose 4 to 8: 100 bootstraps each": choice,
        **{name: np.min(turns, axis=0) for name, turns in assigned.items()},
    }.items():
        table.add_row(name, f"{wall:.2f}", f"{cpu:.2f}")
    console = Console(width=100)
    console.print(table)
    times = np.min(fits, axis=0) / np.min(hands, axis=0)
    console.print(f"fit over by hand: {times[0]:.2f} wall, {times[1]:.2f} CPU")
    excess = inertia(matrix, wide[NAMES].to_numpy()) / least - 1
    console.print(f"inertia over that by hand: {excess:+.5%}")
    console.print(f"every label that of Python: {is_same}")


if __name__ == "__main__":
    main()
