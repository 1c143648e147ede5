"""The tools that keep the house: format, types, SQL style, generated docs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PROJECT_DIR

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["sqlfluff", "lint", "--disable-progress-bar", "models", "tests/dbt/singular"],
        ["python", "-m", "covey.cli.docs", "--check"],
    ],
    ids=["ruff", "format", "mypy", "sqlfluff", "docs"],
)
def test_tool_has_nothing_to_say(command: list[str]) -> None:
    run = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, (run.stdout + run.stderr)[-6000:]


def test_no_download_address_in_a_lock_file() -> None:
    for lock in PROJECT_DIR.glob("*.lock"):
        assert "://" not in lock.read_text(), lock.name
