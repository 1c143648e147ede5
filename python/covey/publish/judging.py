"""Judge what has landed without building the rest: what was rejected, and why.

It writes a file of its own, so that a build file that is brought up to date day by day
stays as it is, and readers and builders never wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from covey.publish.dbt_process import Event, run_dbt
from covey.publish.errors import BuildFailedError, PublishError
from covey.publish.locking import exclusive
from covey.settings import Settings
from covey.warehouse import open_build, table_names

if TYPE_CHECKING:
    import duckdb

TABLES = (
    "core_row_balance",
    "core_load_reasons",
    "core_rejected_rows",
    "core_duplicate_rows",
    "row_reasons",
)


def judge(settings: Settings, on_event: Callable[[Event], None]) -> None:
    """Run what leads to the row balance and the rejects, and no tests.

    Raises
    ------
    BuildFailedError
        If a model failed.
    BusyError
        If another process judges this business.
    """
    with exclusive(settings.judged_dir):
        select = [f"+{table}" for table in TABLES]
        code = run_dbt(settings, on_event, select, judged_only=True)
        path = settings.judged_dir / settings.build_path.name
        if path.is_file():
            path.chmod(0o600)
        if code != 0:
            raise BuildFailedError("the landed rows could not be judged")


@contextmanager
def open_judged(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open what judged the landed rows last: a build, or `judge`.

    Raises
    ------
    PublishError
        If neither did so yet.
    WarehouseError
        If a build has the file open.
    """
    for path in _newest_first(settings):
        connection = open_build(path)
        try:
            if set(TABLES) <= set(table_names(connection)):
                yield connection
                return
        finally:
            connection.close()
    raise PublishError(
        f"no rows of {settings.business!r} were judged yet: run `covey land` or "
        "`covey build`"
    )


def _newest_first(settings: Settings) -> list[Path]:
    paths = [settings.build_path, settings.judged_dir / settings.build_path.name]
    there = [path for path in paths if path.is_file()]
    return sorted(there, key=lambda path: path.stat().st_mtime, reverse=True)
