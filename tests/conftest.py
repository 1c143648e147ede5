"""What several layers of tests share: one build of each business per session."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import msgpack
import pytest

# Of two workers on two cores, threads of linear algebra would wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
PROJECT_DIR = Path(__file__).resolve().parents[1]
# Modules of more than half a minute. A core takes a whole module, so that those that
# come last leave the other one idle.
SLOWEST_FIRST = (
    "test_grocery",
    "test_init",
    "test_bad_values_35",
    "test_increments",
    "test_sample",
    "test_segment_history",
    "test_labelled_businesses",
    "test_house",
    "test_planted_truth",
    "test_two_systems",
    "test_bad_values",
    "test_media",
    "test_bring_your_own_data",
    "test_first_segments",
    "test_publish_faults",
    "test_reports",
)


def pytest_configure(config: pytest.Config) -> None:
    """Let dbt read the project once in a session, and not what an earlier one read."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(PROJECT_DIR / "target" / "warehouse", ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with what takes longest."""
    place = {name: number for number, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@dataclass(frozen=True)
class Built:
    """A business that was built into a folder of its own."""

    business: str
    data_dir: Path
    output: str

    @property
    def warehouse_dir(self) -> Path:
        return self.data_dir / "warehouse" / self.business

    @property
    def build_path(self) -> Path:
        return self.warehouse_dir / "build.duckdb"

    @property
    def published_path(self) -> Path:
        return self.warehouse_dir / "covey.duckdb"

    def query(self, sql: str, *, published: bool = False) -> list[tuple]:
        path = self.published_path if published else self.build_path
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def environment(data_dir: Path) -> dict[str, str]:
    """The environment of a user who builds into ``data_dir``."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COVEY_")}
    return {**kept, "COVEY_DATA_DIR": str(data_dir), "NO_COLOR": "1", "COLUMNS": "100"}


def run_covey(
    data_dir: Path, *arguments: str, project: Path = PROJECT_DIR, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a project, as a user would."""
    run = subprocess.run(
        [str(Path(sys.executable).with_name("covey")), *arguments],
        cwd=project,
        env=environment(data_dir),
        capture_output=True,
        text=True,
    )
    if check:
        assert run.returncode == 0, run.stdout + run.stderr
    return run


def run_dbt(
    data_dir: Path, *arguments: str, project: Path = PROJECT_DIR, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run dbt at the root of a project, with its files in ``data_dir``."""
    command = [sys.executable, "-m", "dbt.cli.main", *arguments]
    command += ["--target-path", str(data_dir / "target"), "--log-level-file", "none"]
    run = subprocess.run(
        command,
        cwd=project,
        env=environment(data_dir),
        capture_output=True,
        text=True,
    )
    if check:
        assert run.returncode == 0, run.stdout[-4000:]
    return run


def copy_project(folder: Path) -> Path:
    """A checkout whose files a test may change."""
    ignored = shutil.ignore_patterns(".*", "warehouse", "data", "target", "logs")
    project = Path(shutil.copytree(PROJECT_DIR, folder / "project", ignore=ignored))
    here, there = (msgpack.packb(str(root)) for root in (PROJECT_DIR, project))
    for parsed in PROJECT_DIR.glob("target/warehouse/**/partial_parse.msgpack"):
        copy = project / parsed.relative_to(PROJECT_DIR)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(parsed.read_bytes().replace(here, there))
    return project


def build_once(
    tmp_path_factory: pytest.TempPathFactory, business: str, *arguments: str
) -> Built:
    """Build for all workers of the session: the first builds, the others wait for it.

    A test that changes what it finds there works on a copy.
    """
    base = tmp_path_factory.getbasetemp()
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    data_dir = (base.parent if is_worker else base) / business
    data_dir.mkdir(exist_ok=True)
    output = data_dir / "output.txt"
    with (data_dir / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not output.is_file():
            output.write_text(run_covey(data_dir, *arguments).stdout)
    return Built(business, data_dir, output.read_text())


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sample business, built and published."""
    return build_once(tmp_path_factory, "sample", "build")


@pytest.fixture(scope="session")
def grocery(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The grocer's year, from the wheel to the summary, as `make demo` does it."""
    return build_once(tmp_path_factory, "grocery", "demo", "grocery")
