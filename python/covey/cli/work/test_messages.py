"""What a test that failed or warned has to say: the column `message` of its rows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from covey.warehouse import WarehouseError, fetch, open_build

_HAS_MESSAGE = re.compile(r"\bas message\b")
_MOST_MESSAGES = 5


def read_messages(build_path: Path, result: dict[str, Any]) -> list[str]:
    """Ask the build file for the sentences of one test.

    Parameters
    ----------
    build_path : Path
        The private build file, which no process may hold open.
    result : dict
        The test's entry in dbt's ``run_results.json``.

    Returns
    -------
    list of str
        None, if the test has no such column or the file cannot be read.
    """
    sql = result.get("compiled_code") or ""
    if result["status"] not in ("fail", "warn") or not _HAS_MESSAGE.search(sql):
        return []
    try:
        connection = open_build(build_path)
    except WarehouseError:
        return []
    try:
        rows = fetch(connection, f"select message from ({sql}) limit {_MOST_MESSAGES}")
    finally:
        connection.close()
    return [row["message"] for row in rows if row["message"]]
