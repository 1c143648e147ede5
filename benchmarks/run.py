"""`make bench`: covey beside the quick script, stage by stage, on one synthetic shop.

Prints seconds, CPU seconds and peak memory of the same million lines and events,
measured in one run on one machine. dbt's own start-up, which does not grow with the
data, is taken apart: it is the time of a run that selects nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

PROJECT_DIR = Path(__file__).resolve().parents[1]
COVEY = str(Path(sys.executable).with_name("covey"))
ROOMS = {
    "staging": "clean",
    "intermediate": "clean",
    "core": "clean",
    "features": "features",
    "segments": "segments",
    "propensity": "propensity",
    "recommendations": "recommendations",
    "marts": "marts",
}


@dataclass(frozen=True)
class Cost:
    """What a process and its children cost."""

    seconds: float
    cpu_seconds: float
    peak_gib: float
    output: str


def measure(command: list[str], data_dir: Path) -> Cost:
    """Run a command to its end and read its bill from the operating system."""
    log = data_dir / "bench.log"
    environment = {**os.environ, "COVEY_DATA_DIR": str(data_dir), "NO_COLOR": "1"}
    began = time.perf_counter()
    with log.open("w+") as output:
        process = subprocess.Popen(
            command, cwd=PROJECT_DIR, env=environment, stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        output.seek(0)
        text = output.read()
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{text[-3000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    # Linux gives kilobytes, of the largest process below.
    return Cost(seconds, cpu, usage.ru_maxrss / 2**20, text)


def model_seconds(data_dir: Path) -> dict[str, float]:
    """Add up dbt's seconds per stage. Two run at a time, so they exceed the wall."""
    target = data_dir / "warehouse" / "shop" / "target"
    manifest = json.loads((target / "manifest.json").read_text())["nodes"]
    seconds: dict[str, float] = {}
    for result in json.loads((target / "run_results.json").read_text())["results"]:
        node = manifest[result["unique_id"]]
        if node["resource_type"] == "model":
            parts = Path(node["original_file_path"]).parts
            room = parts[2] if parts[1] == "ml" else parts[1]
            stage = ROOMS[room]
            if node["name"].endswith(
                ("__evaluation", "__evaluation_set", "__backtest")
            ):
                stage = "evaluation out of time"
            seconds[stage] = seconds.get(stage, 0) + result["execution_time"]
    return seconds


def main() -> None:
    """Make the shop, run both, print the tables."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 25_000
    console = Console(width=100)
    with tempfile.TemporaryDirectory() as scratch:
        data_dir = Path(scratch)
        shop = data_dir / "shop"
        made = [
            COVEY,
            "make-shop",
            "--customers",
            str(customers),
            "--output",
            str(shop),
        ]
        measure(made, data_dir)
        incumbent = measure(
            [sys.executable, "benchmarks/incumbent.py", str(shop)], data_dir
        )
        dbt = [sys.executable, "-m", "dbt.cli.main"]
        target = data_dir / "warehouse" / "shop" / "target"
        variables = (PROJECT_DIR / "businesses" / "shop.yml").read_text()
        options = ["--target-path", str(target), "--vars", variables]
        land = measure(
            [COVEY, "-b", "shop", "land", "shop", str(shop), "--no-card"], data_dir
        )
        target.mkdir(parents=True)
        measure([*dbt, "seed", *options], data_dir)
        # The project is parsed by now, as it will be for the models.
        start = measure([*dbt, "run", "--select", "nothing", *options], data_dir)
        models = measure([*dbt, "run", *options], data_dir)
        stages = model_seconds(data_dir)
        tests = measure([*dbt, "test", *options], data_dir)
    show(console, customers, incumbent, land, start, models, tests, stages)


def show(
    console: Console,
    customers: int,
    incumbent: Cost,
    land: Cost,
    start: Cost,
    models: Cost,
    tests: Cost,
    stages: dict[str, float],
) -> None:
    """Print what each cost."""
    table = Table(
        title=f"{customers:,} customers, from CSV to lists", title_justify="left"
    )
    for column in ("", "seconds", "CPU seconds", "peak GiB"):
        table.add_column(column, justify="left" if not column else "right")

    def add(name: str, cost: Cost, less: Cost | None = None) -> None:
        seconds = cost.seconds - (less.seconds if less else 0)
        cpu = cost.cpu_seconds - (less.cpu_seconds if less else 0)
        table.add_row(name, f"{seconds:.1f}", f"{cpu:.1f}", f"{cost.peak_gib:.2f}")

    add("the quick script, all of it", incumbent)
    add("covey: land", land)
    add("covey: models, dbt's start-up apart", models, start)
    add("covey: tests, dbt's start-up apart", tests, start)
    add("dbt's start-up", start)
    console.print(table)
    console.print("Seconds by stage, two models at a time:")
    for stage, seconds in stages.items():
        console.print(f"  {stage:<26}{seconds:>8.1f}")
    both = land.seconds + models.seconds - start.seconds
    console.print(
        f"landing to lists: {both / incumbent.seconds:.1f} times the quick script"
    )
    console.print("\nWhat the quick script says of itself:")
    console.print(incumbent.output)


if __name__ == "__main__":
    main()
