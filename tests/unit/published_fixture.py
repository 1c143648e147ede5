"""A small warehouse with every mart of the public interface, made without dbt."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from covey.publish import Publication
from covey.publish.fingerprint import effective_vars, read_inputs
from covey.publish.last_run import check_last_run
from covey.publish.locking import exclusive
from covey.publish.publish import publish_run
from covey.publish.rows import Content, content_of
from covey.publish.versions import recover
from covey.settings import Settings
from covey.warehouse import open_build, open_published
from unit.published_records import (
    INVOCATION,
)
from unit.published_rows import mart_rows

PROJECT = """\
name: covey
profile: covey
vars:
  business: sample
  as_of_date: "2026-01-01"
  time_zone: Europe/London
  currency_code: GBP
  sources: {shop: [customers]}
"""


def make_project(root: Path, business: str = "sample") -> Settings:
    """Make an empty project with the settings of one business."""
    project = root / "project"
    (project / "models" / "marts").mkdir(parents=True, exist_ok=True)
    (project / "businesses").mkdir(exist_ok=True)
    (project / "dbt_project.yml").write_text(PROJECT)
    (project / "models" / "marts" / "dim_customers.sql").write_text("select 1")
    values: dict[str, Any] = {}
    if business != "sample":
        values = {"business": business, "is_demo": True, "as_of_date": "2026-01-01"}
        path = project / "businesses" / f"{business}.yml"
        path.write_text(json.dumps(values))
    for file in [*project.rglob("*.sql"), *project.rglob("*.yml")]:
        os.utime(file, (1_700_000_000, 1_700_000_000))
    return Settings(business, project, root, values)


def write_build(settings: Settings, customer_count: int = 12) -> None:
    """Fill the private build file, and leave what a green dbt build leaves."""
    settings.warehouse_dir.mkdir(parents=True, exist_ok=True)
    settings.build_path.unlink(missing_ok=True)
    connection = open_build(settings.build_path, read_only=False)
    try:
        for name, rows in mart_rows(customer_count).items():
            write_rows(connection, name, rows)
        connection.execute("create table core_customers as from dim_customers")
    finally:
        connection.close()
    write_artefacts(settings)


def write_rows(connection: Any, name: str, rows: list[dict[str, Any]]) -> None:
    """Write rows in an order that is not the published one."""
    values = ", ".join(
        "(" + ", ".join(_literal(value) for value in row.values()) + ")"
        for row in reversed(rows)
    )
    columns = ", ".join(rows[0])
    connection.execute(f"create table {name} as from (values {values}) as t({columns})")


def write_artefacts(
    settings: Settings,
    statuses: dict[str, str] | None = None,
    which: str = "build",
    personal: str | None = None,
    left_out: tuple[str, ...] = (),
    finished: bool = True,
) -> None:
    """Write the two files in which dbt says what it ran and how that ended."""
    now = datetime.now(UTC)
    started = now - timedelta(hours=1)  # a busy machine is slow to ask
    marts = list(mart_rows(1))
    nodes = {"model.covey.core_customers": _node("core_customers", "core", [])}
    for name in marts:
        parents = ["model.covey.core_customers"]
        nodes[f"model.covey.{name}"] = _node(name, "marts", parents, personal)
        test = f"unique_{name}"
        nodes[f"test.covey.{test}.abc"] = {
            **_node(test, "marts", [f"model.covey.{name}"]),
            "resource_type": "test",
            "unique_id": f"test.covey.{test}.abc",
        }
    results = [
        {
            "unique_id": unique_id,
            "status": (statuses or {}).get(unique_id, "success"),
            "message": "Got 3 results, configured to fail if != 0",
            "failures": 3 if unique_id in (statuses or {}) else None,
        }
        for unique_id in nodes
        if unique_id not in left_out
    ]
    stamps = {
        "generated_at": now.isoformat(),
        "invocation_id": INVOCATION,
        "invocation_started_at": started.isoformat(),
    }
    other = {**stamps, "invocation_id": "a later one"}
    settings.target_dir.mkdir(parents=True, exist_ok=True)
    (settings.target_dir / "manifest.json").write_text(
        json.dumps(
            {
                "metadata": stamps if finished else other,
                "nodes": nodes,
                "unit_tests": {},
                "parent_map": {
                    key: node["depends_on"]["nodes"] for key, node in nodes.items()
                },
            }
        )
    )
    (settings.target_dir / "run_results.json").write_text(
        json.dumps(
            {
                "metadata": stamps,
                "results": results,
                "args": {"which": which, "vars": settings.vars, "select": []},
            }
        )
    )


def publish_a_day(settings: Settings) -> Publication:
    """Publish as `covey build` does after an increment that keeps the fit."""
    with exclusive(settings.warehouse_dir):
        recover(settings)
        run, inputs = check_last_run(settings), read_inputs(settings)
        return publish_run(settings, run, inputs, force=False, keeps_fit=True)


def read_contents(path: Path) -> dict[str, Content]:
    """Read what tells the rows of each mart of a published file."""
    connection = open_published(path)
    try:
        return {name: content_of(connection, name) for name in mart_rows(1)}
    finally:
        connection.close()


def change_an_input(settings: Settings, text: str) -> None:
    """Change the code, so that the next version is another one."""
    file = settings.project_dir / "models" / "marts" / "dim_customers.sql"
    file.write_text(f"select {text}")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    write_artefacts(settings)
    assert effective_vars(settings)["currency_code"] == "GBP"


def _node(
    name: str, folder: str, parents: list[str], personal: str | None = None
) -> dict[str, Any]:
    meta = {"personal": "contact"} if name == personal else {}
    return {
        "unique_id": f"model.covey.{name}",
        "resource_type": "model",
        "name": name,
        "alias": name,
        "schema": "main",
        "original_file_path": f"models/{folder}/{name}.sql",
        "columns": {"email": {"meta": meta, "config": {"meta": meta}}},
        "config": {"materialized": "table"},
        "depends_on": {"nodes": parents},
    }


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value!r}::double"
    if isinstance(value, date):
        return f"date '{value}'"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(each) for each in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)
