"""The command line as a process: what it imports, pipes and completion."""

import os
import subprocess
import sys

import pytest

from covey.publish import publish
from covey.settings import Settings
from unit.published_fixture import make_project, write_build


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = make_project(tmp_path_factory.mktemp("covey"))
    write_build(settings)
    publish(settings)
    return settings


def test_a_look_up_imports_nothing_heavy(warehouse):
    """A look-up may take at most 1.3 times what importing duckdb and typer takes."""
    heavy = (
        "pandas numpy rich yaml pyarrow altair jinja2 sklearn pydantic dbt subprocess"
    )
    script = (
        "import sys, typer, duckdb; before = set(sys.modules)\n"
        "from covey.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as end: assert end.code == 0\n"
        f"print(sorted(set({heavy.split()}) & (set(sys.modules) - before)))"
    )
    environment = {
        **os.environ,
        "COVEY_PROJECT_DIR": str(warehouse.project_dir),
        "COVEY_DATA_DIR": str(warehouse.data_dir),
    }
    command = [sys.executable, "-c", script, "lookup", "1"]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_closed_pipe_is_no_error(warehouse):
    environment = {
        **os.environ,
        "COVEY_PROJECT_DIR": str(warehouse.project_dir),
        "COVEY_DATA_DIR": str(warehouse.data_dir),
    }
    command = f"{sys.executable} -m covey recommend 1 | true"
    done = subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True
    )
    assert done.stderr == ""


def test_completion_knows_the_commands(warehouse):
    environment = {
        **os.environ,
        "COVEY_PROJECT_DIR": str(warehouse.project_dir),
        "_COVEY_COMPLETE": "complete_bash",
        "COMP_WORDS": "covey lo",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "covey"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["lookup"]
