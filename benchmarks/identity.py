"""Seconds to find out who is one person among a million source customers.

    python -m benchmarks.identity

The compiled SQL of the four models, on rows made in a temporary file.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

MODELS = (
    "core_identity_keys",
    "core_identity_links",
    "core_identity_components",
    "core_customer_links",
)
RECORDS = 1_000_000
# (how many of them are known to the till too, whether they have keys)
CASES = {
    "300,000 overlaps": (300_000, True),
    "no overlap": (0, True),
    "no keys": (0, False),
}


def compile_models(folder: Path) -> dict[str, str]:
    """Let dbt compile the models into a folder."""
    (folder / "warehouse" / "sample").mkdir(parents=True)
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "compile"]
    command += ["--target-path", str(folder / "target"), "--select", *MODELS]
    environment = {**os.environ, "COVEY_DATA_DIR": str(folder)}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    compiled = folder / "target" / "compiled"
    return {name: next(compiled.rglob(f"{name}.sql")).read_text() for name in MODELS}


def seconds(path: Path, models: dict[str, str], overlaps: int, keyed: bool) -> float:
    """Make the feeds, and time the models on them."""
    people = RECORDS - overlaps
    with duckdb.connect(config={"threads": "2"}) as connection:
        connection.execute(f"attach '{path}' as build (storage_version 'latest')")
        connection.execute("use build.main")
        connection.execute(
            f"""
            create table made as
            select
                if(i < {people}, 'shop', 'till') as source,
                md5('record' || i) as source_customer_id,
                if(i < {people}, i, i - {people}) as person
            from range({RECORDS}) as t(i)
            """
        )
        connection.execute(
            "create table int_shop__customers as select source, source_customer_id, "
            "cast(1950 + person % 50 as integer) as birth_year from made"
        )
        connection.execute(
            "create table int_shop__identity_keys as select source, "
            "source_customer_id, 'email' as key_type, md5('key' || person) as "
            f"key_value, cast(null as varchar) as key_note from made where {keyed}"
        )
        started = time.perf_counter()
        for name, sql in models.items():
            connection.execute(f"create table {name} as {sql}")
        taken = time.perf_counter() - started
        found = connection.execute(
            "select count(distinct customer_id) from core_customer_links"
        ).fetchall()
        assert found == [(people,)], found
    return taken


def main() -> None:
    """Print one line per case."""
    with tempfile.TemporaryDirectory() as folder:
        models = compile_models(Path(folder))
        for number, (name, (overlaps, keyed)) in enumerate(CASES.items()):
            path = Path(folder) / f"{number}.duckdb"
            print(f"{name:>18}  {seconds(path, models, overlaps, keyed):5.1f} s")


if __name__ == "__main__":
    main()
