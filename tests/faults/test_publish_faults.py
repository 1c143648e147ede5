"""Whatever is killed, filled up or raced: readers have the old version or the new."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from covey.publish import BusyError, current_version, publish, rollback, versions
from covey.publish.locking import LOCK_NAME, exclusive
from covey.settings import Settings
from covey.warehouse import fetch, open_published
from faults.mini_project import BROKEN, FILES, SLOW, TWICE, write, write_project
from unit.published_fixture import change_an_input, make_project, write_build
from unit.published_rows import mart_rows

CORE = "models/core/core_customers.sql"

# Publishes for ever, from nothing or onto the version before: two builds by turns.
PUBLISH_FOR_EVER = """
import itertools, shutil, sys
from pathlib import Path
from unit.published_fixture import change_an_input, make_project, publish_a_day
from covey.publish import publish
from covey.warehouse import open_build
settings = make_project(Path(sys.argv[1]))
builds = [settings.build_path.with_name(name) for name in ("one", "other", "next")]
shutil.copy(settings.build_path, builds[0])
shutil.copy(settings.build_path, builds[1])
connection = open_build(builds[1], read_only=False)
connection.execute(
    "update fct_recommendations set score = random() "
    "where customer_id = (select min(customer_id) from dim_customers)"
)
connection.close()
for number in itertools.count():
    shutil.copy(builds[number % 2], builds[2])
    builds[2].replace(settings.build_path)
    change_an_input(settings, f"'{sys.argv[2]} {number}'")
    (publish_a_day if int(sys.argv[2]) % 2 else publish)(settings)
    print(number, flush=True)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = make_project(tmp_path)
    write_build(settings)
    return settings


def environment(**more: str) -> dict[str, str]:
    root = Path(__file__).parents[2]
    path = f"{root / 'tests'}{os.pathsep}{root / 'python'}"
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **more}


def assert_whole(settings: Settings) -> str:
    """Read the current file as a person would; give the version that it says it is."""
    connection = open_published(settings.current_path)
    try:
        (row,) = fetch(connection, "from covey_version")
        tables = fetch(connection, "select table_name from duckdb_tables()")
        customers = fetch(connection, "select count(*) as n from dim_customers")
    finally:
        connection.close()
    assert len(tables) == 1 + len(mart_rows(1))
    assert customers[0]["n"] == 12
    return str(row["version"])


def test_kill_9_at_any_time_leaves_a_whole_version(settings):
    publish(settings)
    dice = random.Random(7)
    reached = set()
    for attempt in range(15):
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                PUBLISH_FOR_EVER,
                str(settings.data_dir),
                str(attempt),
            ],
            env=environment(),
            stdout=subprocess.PIPE,
        )
        # The first version is out, the next is being made.
        assert process.stdout.readline() == b"0\n"
        time.sleep(dice.uniform(0, 0.25))
        process.kill()
        process.wait()
        process.stdout.close()
        reached.add(assert_whole(settings))
        leftovers = list(settings.warehouse_dir.rglob("*.part*"))
        change_an_input(settings, f"'after {attempt}'")
        done = publish(settings)
        assert assert_whole(settings) == done.version.name
        assert list(settings.warehouse_dir.rglob("*.part*")) == [], leftovers
        assert len(versions(settings)) <= 5
    assert len(reached) == 15


READ_UNTIL_TOLD = """
import json, sys, time
from pathlib import Path
from covey.warehouse import fetch, open_published
sizes, path, over = json.loads(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
seen = set()
while not over.exists():
    connection = open_published(path)
    (row,) = fetch(
        connection,
        "select version, (select count(*) from dim_customers) as n, "
        "(select count(distinct customer_id) from fct_recommendations) as m "
        "from covey_version",
    )
    connection.close()
    assert sizes[row["version"]] == row["n"] == row["m"], row
    seen.add(row["version"])
    time.sleep(0.1)
print(len(seen))
"""


def test_readers_never_wait_and_never_see_a_mix(tmp_path):
    """Versions differ in how many customers they have; each reader checks that.

    Readers are processes: within one, DuckDB would hand out the file that is open.
    """
    settings = make_project(tmp_path)
    sizes = {}
    for count in (3, 4, 5):
        write_build(settings, customer_count=count)
        change_an_input(settings, str(count))
        sizes[publish(settings).version.name] = count
    over = tmp_path / "over"
    command = [sys.executable, "-c", READ_UNTIL_TOLD, json.dumps(sizes)]
    readers = [
        subprocess.Popen(
            [*command, str(settings.current_path), str(over)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    names = list(sizes)
    for swap in range(200):
        rollback(settings, names[swap % 3])
    over.touch()
    answers = [reader.communicate(timeout=30) for reader in readers]
    assert answers == [("3\n", "")] * 8


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from unit.published_fixture import change_an_input, make_project, publish_a_day
from covey.publish import PublishError, publish
from covey.warehouse import WarehouseError
settings = make_project(Path(sys.argv[1]))
change_an_input(settings, "2")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
for attempt in (publish, publish_a_day):
    try:
        attempt(settings)
    except (PublishError, WarehouseError) as error:
        print(type(error).__name__, error)
"""


def test_a_full_disk_publishes_nothing(settings):
    name = publish(settings).version.name
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(settings.data_dir)],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    from_nothing, onto_another = done.stdout.splitlines()
    assert "could not be copied" in from_nothing
    assert "nothing was published" in onto_another
    assert assert_whole(settings) == name
    assert list(settings.warehouse_dir.rglob("*.part*")) == []
    change_an_input(settings, "2")
    assert publish(settings).version.sequence == 2


HOLD_THE_LOCK = """
import sys, time
from pathlib import Path
from covey.publish.locking import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_builder_frees_its_lock(settings):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK, str(settings.warehouse_dir)],
        stdout=subprocess.PIPE,
    )
    try:
        holder.stdout.readline()
        with pytest.raises(BusyError, match=f"process {holder.pid} is building"):
            publish(settings)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    assert (settings.warehouse_dir / LOCK_NAME).read_text() == f"{holder.pid}\n"
    with exclusive(settings.warehouse_dir):
        pass
    assert publish(settings).is_new


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("mini"))


def covey(project: Path, *arguments: str) -> subprocess.Popen[str]:
    places = {
        "COVEY_PROJECT_DIR": str(project),
        "COVEY_DATA_DIR": str(project.parent),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "covey", *arguments],
        env=environment(**places),
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    return process.returncode, out, err


def mini_settings(project: Path) -> Settings:
    return Settings("sample", project, project.parent)


def build_slowly(project: Path, marker: str) -> subprocess.Popen[str]:
    """Start a build, and wait until dbt works on a model that takes minutes."""
    write(project, CORE, f"{SLOW}-- {marker}")
    process = covey(project, "build")
    compiled = project.parent / "warehouse/sample/target/run/covey" / CORE
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if compiled.exists() and marker in compiled.read_text():
            time.sleep(0.5)
            return process
        time.sleep(0.05)
    process.kill()
    pytest.fail("dbt did not come to the slow model")


def test_a_real_build_from_first_to_last(project):
    """One story, since each dbt run takes seconds: green, unchanged, then broken."""
    settings = mini_settings(project)

    code, out, err = finish(covey(project, "build"))
    assert (code, "published version 0001_20260101_" in out) == (0, True)
    assert "dim_customers" in err  # progress, where there is no terminal for a bar
    first = current_version(settings).name
    assert settings.build_path.stat().st_mode & 0o777 == 0o600

    began = time.monotonic()
    code, out, _ = finish(covey(project, "build"))
    assert (code, out) == (0, f"nothing changed since version {first}\n")
    assert time.monotonic() - began < 2

    write(project, CORE, TWICE)
    code, out, err = finish(covey(project, "build"))
    assert (code, out) == (4, "")
    assert "✗ test unique_dim_customers_customer_id" in err
    assert "1 break it" in err
    assert "the build failed: nothing was published" in err
    compiled = err.split("compiled  ")[1].splitlines()[0]
    assert "unique_field" in Path(compiled).read_text()
    assert finish(covey(project, "publish"))[0] == 4
    assert current_version(settings).name == first

    write(project, CORE, BROKEN)
    code, _, err = finish(covey(project, "build"))
    assert (code, "no_such_model" in err) == (4, True)
    assert current_version(settings).name == first


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_a_stopped_build_stops_dbt_and_publishes_nothing(project, number, code):
    settings = mini_settings(project)
    before = [one.name for one in versions(settings)]
    process = build_slowly(project, f"stopped by {number}")
    second, _, err = finish(covey(project, "build"))
    assert (second, str(process.pid) in err) == (5, True)
    process.send_signal(number)
    ended, out, err = finish(process)
    assert (ended, out) == (code, "")
    assert "stopped: nothing was published" in err
    assert [one.name for one in versions(settings)] == before
    with exclusive(settings.warehouse_dir):
        assert finish(covey(project, "publish"))[0] == 5
    assert finish(covey(project, "publish"))[0] == 4


def test_kill_9_of_a_build_ends_dbt_and_the_next_build_succeeds(project):
    settings = mini_settings(project)
    process = build_slowly(project, "killed")
    process.kill()
    process.communicate()
    write(project, CORE, FILES[CORE] + "where i > 0")
    code, _, err = finish(covey(project, "publish"))
    assert (code, "stopped before its end" in err) == (4, True)
    code, out, err = finish(covey(project, "build"))
    assert (code, "published version" in out) == (0, True), err
    assert current_version(settings).is_current
