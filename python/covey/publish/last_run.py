"""Judge whether the last dbt build of a business was green and complete.

dbt writes ``manifest.json`` before its first model and ``run_results.json`` after its
last, so a build that was killed leaves two files of different invocations.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from covey.publish.dbt_process import DATED_VARS
from covey.publish.errors import BuildFailedError
from covey.publish.fingerprint import same_vars
from covey.publish.plan import Plan
from covey.settings import DEFAULT_BUSINESS, Settings

_GREEN = ("success", "pass", "warn", "no-op")
_TABLES = ("model", "seed", "snapshot")
# dbt closes the build file a moment after it has written its results.
_SECONDS_TO_CLOSE = 60


@dataclass(frozen=True)
class LastRun:
    """The newest dbt run of a business: what was asked, and how each node ended."""

    target_dir: Path
    manifest: dict[str, Any]
    results: dict[str, Any]

    @property
    def started_at(self) -> float:
        """When it began, in seconds since the epoch."""
        return _seconds(self.results["metadata"]["invocation_started_at"])

    @property
    def ended_at(self) -> float:
        """When it ended, in seconds since the epoch."""
        return _seconds(self.results["metadata"]["generated_at"])

    @property
    def state_tables(self) -> list[str]:
        """Name the tables that the next build must know."""
        return sorted(
            node["alias"]
            for node in self.manifest["nodes"].values()
            if node["config"].get("meta", {}).get("is_state")
        )

    @property
    def marts(self) -> dict[str, dict[str, Any]]:
        """The manifest's public marts, by table name."""
        return {
            node["alias"]: node
            for node in self.manifest["nodes"].values()
            if node["resource_type"] == "model"
            and node["original_file_path"].startswith("models/marts/")
            and node["name"].startswith(("dim_", "fct_", "rpt_"))
        }


def read_last_run(settings: Settings) -> LastRun:
    """Read how the newest run of this business ended, by ``covey build`` or by dbt.

    Raises
    ------
    BuildFailedError
        If there is none.
    """
    folders = (settings.target_dir, settings.project_dir / "target")
    runs = [read_target(folder) for folder in folders]
    ours = [run for run in runs if run and _business(run) == settings.business]
    if not ours:
        raise BuildFailedError(
            f"no dbt build of business {settings.business!r} has finished: "
            "run `covey build`"
        )
    return max(ours, key=lambda run: _seconds(run.manifest["metadata"]["generated_at"]))


def check_last_run(settings: Settings, plan: Plan | None = None) -> LastRun:
    """Give the newest run, if it was a whole and green ``dbt build``.

    Parameters
    ----------
    plan : Plan, optional
        What that build was told; left out for one by dbt alone, which does everything.

    Raises
    ------
    BuildFailedError
        With the first reason why its tables may not be published.
    """
    run = read_last_run(settings)
    reason = _reason_against(settings, run, plan)
    if reason:
        raise BuildFailedError(f"nothing was published: {reason}")
    return run


def read_target(target_dir: Path) -> LastRun | None:
    """Read the run that a target folder holds, if it is whole."""
    results, manifest = target_dir / "run_results.json", target_dir / "manifest.json"
    if not (results.is_file() and manifest.is_file()):
        return None
    try:
        return LastRun(
            target_dir,
            json.loads(manifest.read_text(encoding="utf-8")),
            json.loads(results.read_text(encoding="utf-8")),
        )
    except ValueError:  # cut off while dbt wrote it
        return None


def _seconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp.replace("Z", "+00:00")).timestamp()


def _business(run: LastRun) -> str:
    return str(run.results["args"].get("vars", {}).get("business", DEFAULT_BUSINESS))


def _reason_against(settings: Settings, run: LastRun, plan: Plan | None) -> str | None:
    arguments = run.results["args"]
    started_by = run.manifest["metadata"]["invocation_id"]
    if started_by != run.results["metadata"]["invocation_id"]:
        return "the last dbt command stopped before its end; run `covey build`"
    if arguments.get("which") != "build":
        return (
            f"the last dbt command was `dbt {arguments.get('which')}`, which does not "
            "build and test everything; run `covey build`"
        )
    if arguments.get("empty"):
        return "the last dbt build was made with --empty; run `covey build`"
    told = {**settings.vars, **(plan.vars if plan else {})}
    by_environment = {name: told[name] for name in DATED_VARS if name in told}
    if not same_vars({**by_environment, **arguments.get("vars", {})}, told):
        return (
            "the last dbt build used other vars than the business file of "
            f"{settings.business!r}; run `covey build`"
        )
    bad = [row for row in run.results["results"] if row["status"] not in _GREEN]
    if bad:
        names = ", ".join(sorted(row["unique_id"].split(".")[2] for row in bad)[:3])
        return (
            f"{len(bad)} of {len(run.results['results'])} models and tests of the last "
            f"dbt build did not pass ({names}{', ...' if len(bad) > 3 else ''})"
        )
    missing = _needed(run, plan) - {row["unique_id"] for row in run.results["results"]}
    if missing or not run.marts:
        return (
            f"the last dbt build was partial: it left out {len(missing):,} models and "
            "tests that the marts rest on; run `covey build` without --select"
        )
    path = settings.build_path
    if not path.is_file() or path.stat().st_mtime < run.started_at:
        return f"the last dbt build did not write {path}; run `covey build`"
    if path.stat().st_mtime > run.ended_at + _SECONDS_TO_CLOSE:
        return f"{path} was written to after the last dbt build; run `covey build`"
    if path.with_name(path.name + ".wal").exists():
        return f"{path.name}.wal is left of a build that was stopped; run `covey build`"
    return None


def _needed(run: LastRun, plan: Plan | None) -> set[str]:
    """Collect the marts, all that they rest on, and every test on any of these.

    What was learned earlier, and unit tests, may be left out.
    """
    nodes, parents = run.manifest["nodes"], run.manifest["parent_map"]
    waiting = [node["unique_id"] for node in run.marts.values()]
    needed: set[str] = set()
    while waiting:
        unique_id = waiting.pop()
        if unique_id not in needed:
            needed.add(unique_id)
            waiting.extend(parents.get(unique_id, []))
    tables = {
        unique_id
        for unique_id in needed & nodes.keys()
        if nodes[unique_id]["resource_type"] in _TABLES
        and nodes[unique_id]["config"].get("materialized") != "ephemeral"
        and not (
            plan and not plan.refit_reason and "learning" in nodes[unique_id]["tags"]
        )
    }
    return tables | {
        node["unique_id"]
        for node in nodes.values()
        if node["resource_type"] == "test" and set(node["depends_on"]["nodes"]) & tables
    }
