"""Show a dbt build as it goes, and its failures so that they can be acted on."""

from __future__ import annotations

import re
import time
from itertools import dropwhile
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

from covey.cli.work.test_messages import read_messages
from covey.publish.dbt_process import Event
from covey.publish.last_run import LastRun, read_target
from covey.settings import Settings

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_SHOWN_FAILURES = 10
_SHOWN_LINES = 12
_TRACEBACK = "Traceback (most recent"
_FRAME = re.compile(r'\s+File "')


class BuildProgress:
    """One bar over the models and tests; on no terminal, a line per model.

    Parameters
    ----------
    settings : Settings
        The business whose results are shown if the build fails.
    console : rich.console.Console, optional
        Where to write; stderr by default, so that stdout stays for results.
    """

    def __init__(self, settings: Settings, console: Console | None = None) -> None:
        self._settings = settings
        self._console = console or Console(stderr=True, highlight=False)
        self._errors: list[str] = []
        self._began_at = time.time()
        self._progress = Progress(
            TextColumn("{task.description:<44.44}"),
            BarColumn(bar_width=14),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("starting dbt", total=None)

    def __enter__(self) -> BuildProgress:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def take(self, event: Event) -> None:
        """Take one event of dbt's log."""
        info, data = event["info"], event.get("data") or {}
        node = data.get("node_info") or {}
        if info["name"] == "ConcurrencyLine":
            self._progress.update(self._task, total=data.get("node_count"))
        elif info["name"] == "LogStartLine":
            name = _without_hash(node.get("node_name") or "")
            self._progress.update(self._task, description=name, total=data.get("total"))
        elif node and data.get("index") and "execution_time" in data:
            self._progress.advance(self._task)
            self._say_finished(node, data)
        elif info["name"] == "SkippingDetails":
            self._progress.advance(self._task)
        elif info["level"] == "error":
            self._errors.append(_COLOURS.sub("", info["msg"]).rstrip())

    def show_failures(self) -> None:
        """Write one block per failed model or test: what, how many rows, and where."""
        self._progress.stop()
        run = read_target(self._settings.target_dir)
        if run is None or run.ended_at < self._began_at:
            # dbt gave up before its first model: the settings or the SQL do not parse.
            self._write("\n".join(self._errors[-_SHOWN_LINES:]) or "dbt gave no reason")
            return
        failed = [
            row
            for row in run.results["results"]
            if row["status"] not in ("success", "pass", "warn", "skipped", "no-op")
        ]
        for row in failed[:_SHOWN_FAILURES]:
            self._write(describe_failure(run, row))
            for message in read_messages(self._settings.build_path, row):
                self._write(f"    says      {message}")
        if len(failed) > _SHOWN_FAILURES:
            self._write(f"... and {len(failed) - _SHOWN_FAILURES} more failures")
        skipped = sum(row["status"] == "skipped" for row in run.results["results"])
        if skipped:
            self._write(f"{skipped} models and tests behind these were not run")

    def show_warnings(self) -> None:
        """Write what the tests say that warned; they stop nothing."""
        self._progress.stop()
        run = read_target(self._settings.target_dir)
        if run is None or run.ended_at < self._began_at:
            return
        for row in run.results["results"]:
            if row["status"] == "warn":
                for message in read_messages(self._settings.build_path, row):
                    self._write(f"warning: {message}")

    def _say_finished(self, node: dict[str, Any], data: dict[str, Any]) -> None:
        """Say a model on its own line where there is no bar, as in a CI log."""
        if not self._console.is_terminal and node["resource_type"] in ("model", "seed"):
            place = f"{data['index']:>4}/{data['total']}"
            seconds = f"{data['execution_time']:6.1f} s"
            self._write(f"{place} {seconds}  {node['node_name']}")

    def _write(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)


def describe_failure(run: LastRun, row: dict[str, Any]) -> str:
    """Describe one failed node in a block of lines.

    Parameters
    ----------
    run : LastRun
        The run that it was part of.
    row : dict
        Its entry in dbt's ``run_results.json``.
    """
    unique_id = row["unique_id"]
    node = run.manifest["nodes"].get(unique_id, {})
    kind = unique_id.split(".")[0]
    lines = [f"✗ {kind} {_without_hash(node.get('name') or unique_id)}"]
    on = [each.split(".")[-1] for each in node.get("depends_on", {}).get("nodes", [])]
    if kind == "test" and on:
        lines.append(f"    on        {', '.join(on)}")
    if kind == "test" and row.get("failures"):
        lines.append(f"    rows      {row['failures']:,} break it")
    if row.get("message"):
        message = _COLOURS.sub("", row["message"]).replace("\r", "").splitlines()
        said = [line.rstrip() for line in message if line.strip()]
        shown = _without_frames(said)[:_SHOWN_LINES]
        lines.append(f"    message   {shown[0]}")
        lines.extend(f"              {line}" for line in shown[1:])
    if node.get("original_file_path"):
        lines.append(f"    written   {node['original_file_path']}")
    compiled = _compiled_path(run, node)
    if compiled:
        lines.append(f"    compiled  {compiled}")
    return "\n".join(lines)


def _without_frames(lines: list[str]) -> list[str]:
    """Keep of a Python model's traceback the last place, and what is said there."""
    starts = [place for place, line in enumerate(lines) if _TRACEBACK in line]
    frames = [place for place, line in enumerate(lines) if _FRAME.match(line)]
    if not starts or not frames or frames[-1] < starts[-1]:
        return lines
    margin = lines[starts[-1]].index(_TRACEBACK)
    said = list(
        dropwhile(lambda line: line[: margin + 1].isspace(), lines[frames[-1] :])
    )
    return [lines[0], *said, lines[frames[-1]]] if said else lines


def _compiled_path(run: LastRun, node: dict[str, Any]) -> Path | None:
    """Find the SQL that ran, which can be pasted into DuckDB."""
    folder = run.target_dir / "compiled"
    name = str(node.get("name", ""))
    found = sorted(folder.rglob(f"{name}.sql")) if name else []
    return found[0] if found else None


def _without_hash(name: str) -> str:
    """Cut the hash that dbt puts behind a long test name."""
    return re.sub(r"[._]?[0-9a-f]{32}$|\.[0-9a-f]{10}$", "", name)
