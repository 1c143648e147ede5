"""Seconds to find association rules in a million orders, from core to rules.

    python -m benchmarks.baskets [orders]

Orders of up to 24 of 2,000 kinds of items, eight on average, some kinds popular and
some bought in pairs. The SQL is that of the models as dbt compiles it, the rules in
Python are those of the fit. Beside it mlxtend's FP-Growth finds the pairs and triples
of a hundredth of the orders.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd
from rich.console import Console
from rich.table import Table

from covey.ml.baskets.mining import find_itemsets
from covey.ml.baskets.rules import Thresholds, make_rules

PROJECT_DIR = Path(__file__).resolve().parents[1]
ORDERS, KINDS, LINES = 1_000_000, 2_000, 24
STEPS = ("training_set", "totals", "items", "itemsets")
THRESHOLDS = Thresholds(support=0.002, confidence=0.2, lift=3)


def make_orders(connection: duckdb.DuckDBPyConnection, count: int) -> None:
    """Write items and order lines; a third of the lines are a pair of kinds."""
    connection.execute(
        f"""
        create table core_items as
        select
            'shop:' || range as item_id, 'Item ' || range as item_name,
            'Type' as item_type, 'Category' as category, true as is_merchandise
        from range({KINDS});
        create table core_interactions as
        with numbers as (
            select
                range // {LINES} as number,
                range % {LINES} as place,
                hash(range // {LINES}) / 18446744073709551616.0 as size,
                hash(range * 3) / 18446744073709551616.0 as own,
                hash(range // 2 * 3 + 1) / 18446744073709551616.0 as bundled,
                hash(range // 2 * 3 + 2) % 3 = 0 as is_bundled
            from range({count * LINES})
        )
        select
            'purchase' as interaction_type,
            'shop:' || number as order_id,
            md5(cast(hash(number + 1) % {max(count // 20, 1)} as varchar))
                as customer_id,
            'shop:' || case
                when is_bundled
                    then floor({KINDS} * pow(bundled, 3)) // 2 * 2 + place % 2
                else floor({KINDS} * pow(own, 3))
            end::bigint as item_id,
            date '2026-01-01' - 1 - (hash(number + 2) % 364)::integer as occurred_date
        from numbers
        where place < 1 + {LINES} * pow(size, 2.5)
        """
    )


def compile_models(folder: Path) -> dict[str, str]:
    """Let dbt write the SQL of the models."""
    (folder / "warehouse" / "sample").mkdir(parents=True)
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "compile"]
    command += ["--target-path", str(folder / "target"), "--no-introspect"]
    command += ["--select", "path:models/ml/baskets"]
    environment = {**os.environ, "COVEY_DATA_DIR": str(folder)}
    subprocess.run(
        command, check=True, env=environment, cwd=PROJECT_DIR, stdout=subprocess.DEVNULL
    )
    compiled = folder / "target" / "compiled" / "covey" / "models" / "ml" / "baskets"
    return {step: (compiled / f"ml_baskets__{step}.sql").read_text() for step in STEPS}


def main() -> None:
    """Measure each step, and print a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    spent: dict[str, tuple[float, float]] = {}

    class Step:
        """Take the time of what is done inside."""

        def __init__(self, name: str) -> None:
            self.name = name

        def __enter__(self) -> None:
            self.began = time.perf_counter(), time.process_time()

        def __exit__(self, *_: object) -> None:
            wall, cpu = self.began
            spent[self.name] = time.perf_counter() - wall, time.process_time() - cpu

    with tempfile.TemporaryDirectory() as scratch:
        models = compile_models(Path(scratch))
        connection = duckdb.connect(
            f"{scratch}/warehouse/sample/build.duckdb", config={"threads": "2"}
        )
        make_orders(connection, count)
        for step in STEPS:
            with Step(f"SQL: {step}"):
                connection.execute(f"create table ml_baskets__{step} as {models[step]}")
        with Step("rules and their chances"):
            itemsets = connection.sql("from ml_baskets__itemsets").df()
            totals = connection.sql("from ml_baskets__totals").df().iloc[0].to_dict()
            rules = make_rules(itemsets, totals, THRESHOLDS)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        found = len(itemsets), int(rules["is_rule"].sum())
        hundredth = connection.sql(
            "from ml_baskets__training_set where is_counted and basket_code % 100 = 0"
        ).df()
        connection.close()
    whole = spent.copy()
    with Step("mlxtend, FP-Growth, a hundredth of the orders"):
        mined = find_itemsets(hundredth, THRESHOLDS.support, 3, "fp_growth")
    show(count, spent, whole, peak, found, mined)


def show(
    count: int,
    spent: dict[str, tuple[float, float]],
    whole: dict[str, tuple[float, float]],
    peak: float,
    found: tuple[int, int],
    mined: pd.DataFrame,
) -> None:
    """Print what each step took."""
    table = Table(title=f"{count:,} orders", title_justify="left")
    for column in ("", "wall s", "CPU s"):
        table.add_column(column, justify="left" if not column else "right")
    for name, (wall, cpu) in spent.items():
        table.add_row(name, f"{wall:.1f}", f"{cpu:.1f}")
    console = Console(width=100)
    console.print(table)
    wall, cpu = (sum(column) for column in zip(*whole.values(), strict=True))
    console.print(
        f"covey in all: {wall:.1f} s, {cpu:.1f} CPU s, peak {peak:.2f} GiB, "
        f"{found[0]:,} frequent sets, {found[1]:,} rules"
    )
    console.print(f"mlxtend, of a hundredth: {len(mined):,} frequent sets")
    console.print(f"load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
