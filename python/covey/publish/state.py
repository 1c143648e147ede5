"""What the next build must know of the past: the state of each published version.

One folder of Parquet per version: the tables that a fit learned, and history. A build
reads the newest state with an earlier ``as_of_date``, so that building the same day
twice gives the same tables.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from covey.publish.files import link_or_copy
from covey.publish.rows import holds_same_rows
from covey.settings import Settings
from covey.warehouse import (
    export_table,
    import_tables,
    open_build,
    parquet,
    quoted,
)

KEPT_DATES = 5
_DETAILS = "state.json"


@dataclass(frozen=True)
class State:
    """The state of one version.

    Attributes
    ----------
    fit_date : date
        What its fits knew everything before.
    learning : str
        Hash of the settings and code that learn.
    learned_by : str
        The build that fitted what this version uses.
    """

    version: str
    as_of_date: date
    fit_date: date
    learning: str
    learned_by: str
    folder: Path

    @property
    def tables(self) -> list[str]:
        """Name the tables that it holds."""
        return sorted(path.stem for path in self.folder.glob("*.parquet"))


def states(settings: Settings) -> list[State]:
    """List the kept states, the newest date first, and of a date the newest version."""
    found = [_read(path) for path in settings.state_dir.glob(f"*/{_DETAILS}")]
    return sorted(found, key=lambda s: (s.as_of_date, s.version), reverse=True)


def state_before(settings: Settings, as_of_date: date) -> State | None:
    """Give the newest state with an earlier date, if there is one."""
    earlier = (one for one in states(settings) if one.as_of_date < as_of_date)
    return next(earlier, None)


def drop_unpublished(settings: Settings, last_sequence: int) -> None:
    """Remove the state of a version that a kill kept from being published."""
    for folder in settings.state_dir.glob("*_*"):
        is_unfinished = folder.suffix == ".part"
        is_newer = int(folder.name.split("_")[0]) > last_sequence > 0
        if is_unfinished or is_newer:
            shutil.rmtree(folder)


def write_state(settings: Settings, state: State, tables: list[str]) -> None:
    """Export tables of the build file as the state of one version, whole or not at all.

    Only the newest version of each of the newest dates is kept, and the tables that did
    not change since another state are stored once.
    """
    unfinished = state.folder.with_name(state.folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    _write_tables(settings, unfinished, tables)
    details = {**asdict(state), "folder": None}
    text = json.dumps(details, default=str, indent=2)
    (unfinished / _DETAILS).write_text(text + "\n", encoding="utf-8")
    shutil.rmtree(state.folder, ignore_errors=True)
    unfinished.rename(state.folder)
    _prune(settings)


def take_over(settings: Settings, state: State) -> None:
    """Copy what a state learned into the build file, in place of a fit."""
    learned = [name for name in state.tables if name.startswith(("ml_", "feat_"))]
    import_tables(settings.build_path, state.folder, learned)


def _write_tables(settings: Settings, folder: Path, tables: list[str]) -> None:
    """Write each table, or link the newest state's file if it has the same rows."""
    newest = next(iter(states(settings)), None)
    connection = open_build(settings.build_path)
    try:
        for name in tables:
            path, table = folder / f"{name}.parquet", quoted(name)
            twin = newest.folder / path.name if newest else path
            if twin.is_file() and holds_same_rows(connection, table, parquet(twin)):
                link_or_copy(twin, path)
            else:
                export_table(connection, name, path)
    finally:
        connection.close()


def _prune(settings: Settings) -> None:
    seen: list[date] = []
    for state in states(settings):
        if state.as_of_date in seen or len(seen) == KEPT_DATES:
            shutil.rmtree(state.folder)
        else:
            seen.append(state.as_of_date)


def _read(path: Path) -> State:
    details: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    details["as_of_date"] = date.fromisoformat(details["as_of_date"])
    details["fit_date"] = date.fromisoformat(details["fit_date"])
    return State(**{**details, "folder": path.parent})
