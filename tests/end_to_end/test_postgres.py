"""A real PostgreSQL server on loopback: read whole, read by a mark, never written."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import PROJECT_DIR, Built, copy_project, environment, run_covey
from covey.landing import LandedFile, LandingError, verify_landed
from covey.landing.read_database import land_database
from covey.privacy.pseudonyms import DEMO_KEY, pseudonym
from covey.settings import Settings
from covey.warehouse import WarehouseError, open_postgres

PASSWORD = "p%40 w'" + secrets.token_hex(6)
TABLES = """
create table customers (
    id bigint primary key, email text, updated_at timestamptz
);
insert into customers values
    (1, 'Ann@Example.com', '2024-01-01 12:00:00+02'),
    (2, 'bo@example.com', '2024-01-02 12:00:00+02');
create table "Order; Lines" (
    order_id numeric(30), "customer id" bigint, amount numeric, rate numeric(5, 2),
    place jsonb, tags text[], note text
);
insert into "Order; Lines" values
    (123456789012345678901234567890, 1, 1.10, 19.99, '{"a": 1.10}', '{x,y}', null),
    (2, 0, 'NaN', -1, null, null, E'robert''); drop table customers; --');
"""
YAML = """
sources:
  - name: till
    tables:
      - name: customers
        config: {meta: {relation: public.customers, high_water_mark: updated_at}}
        columns:
          - name: id
            config: {meta: {personal: pseudonym}}
          - name: email
            config: {meta: {personal: contact, identity: email}}
          - name: updated_at
      - name: lines
        config: {meta: {relation: "Order; Lines"}}
        columns:
          - name: order_id
          - name: customer_id
            config: {meta: {personal: pseudonym, unknown_values: ["0"]}}
          - name: amount
          - name: rate
          - name: place
          - name: tags
          - name: note
      - name: files_only
        columns: [{name: a}]
"""


@dataclass(frozen=True)
class Server:
    """A running server and its superuser."""

    port: int
    psql: Path

    @property
    def url(self) -> str:
        secret = urllib.parse.quote(PASSWORD, safe="")
        return f"postgresql://covey:{secret}@127.0.0.1:{self.port}/postgres"

    def run(self, sql: str) -> str:
        done = subprocess.run(
            [self.psql, "-XAtq", "-v", "ON_ERROR_STOP=1", self.url],
            input=sql,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()


def programs() -> Path:
    """The folder with initdb and pg_ctl, where Debian or PATH has it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        missing = "no PostgreSQL server: .ci/run installs Debian's postgresql"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return (found[-1] if found else Path(str(on_path))).parent


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A new server of this test's own, run by a user who is not root."""
    folder = programs()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        secret = home / "password"
        secret.write_text(PASSWORD + "\n")
        user = as_somebody(home, secret)

        def run(*command: str) -> None:
            done = subprocess.run(
                [str(folder / command[0]), "-D", str(home / "data"), *command[1:]],
                cwd=home,
                capture_output=True,
                text=True,
                **user,
            )
            assert done.returncode == 0, done.stdout + done.stderr

        login = ["-U", "covey", "-A", "scram-sha-256", f"--pwfile={secret}"]
        run("initdb", "-E", "UTF8", "--no-sync", *login)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {home} -c fsync=off"
        run("pg_ctl", "-w", "-l", str(home / "log"), "-o", options, "start")
        try:
            yield Server(port, folder / "psql")
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")


def as_somebody(*owned: Path) -> dict:
    """How to run a program as somebody else, if the tests run as root."""
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        for path in owned:
            os.chown(path, person.pw_uid, person.pw_gid)
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    pytest.fail("no user but root to run a server")


@pytest.fixture
def filled(server: Server) -> Server:
    server.run("drop schema public cascade; create schema public;" + TABLES)
    return server


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project whose only source is a database."""
    monkeypatch.delenv("COVEY_KEY", raising=False)
    monkeypatch.setenv("COVEY_DATA_DIR", str(tmp_path))
    staging = tmp_path / "project" / "models" / "staging" / "till"
    staging.mkdir(parents=True)
    (staging / "_till__sources.yml").write_text(YAML)
    return replace(Settings.load("sample"), project_dir=tmp_path / "project")


@pytest.fixture
def land(settings: Settings, filled: Server) -> Callable[[], list[LandedFile]]:
    return lambda: list(land_database(settings, "till", filled.url))


def rows_of(settings: Settings, landed: LandedFile) -> pa.Table:
    folder = settings.landed_dir / "till" / landed.table_name
    return pq.read_table(folder / f"{landed.load_id}.parquet")


def test_values_land_typed_and_exact(
    settings: Settings, land: Callable[[], list[LandedFile]]
) -> None:
    customers, lines = (rows_of(settings, each) for each in land())
    assert [str(at) for at in customers["updated_at"].to_pylist()] == [
        "2024-01-01 10:00:00",
        "2024-01-02 10:00:00",
    ], "in UTC"
    assert customers["id"].to_pylist() == [
        pseudonym(DEMO_KEY, "till", "1"),
        pseudonym(DEMO_KEY, "till", "2"),
    ]
    by_id = {str(row["order_id"]): row for row in lines.to_pylist()}
    big = by_id["123456789012345678901234567890"]
    assert (big["amount"], str(big["rate"])) == ("1.10", "19.99")
    assert (big["place"], big["tags"]) == ('{"a": 1.10}', "{x,y}")
    assert by_id["2"]["note"] == "robert'); drop table customers; --"
    assert by_id["2"]["customer_id"] is None
    assert by_id["2"]["landing_notes"] == "placeholder_customer"
    assert lines["source_row"].to_pylist() == [1, 2]
    assert verify_landed(settings, ["till"]) == 2


def test_contact_details_stay_behind_the_door(
    settings: Settings, land: Callable[[], list[LandedFile]]
) -> None:
    customers, _ = land()
    rows = rows_of(settings, customers)
    assert "email" not in rows.column_names
    assert None not in rows["email_key"].to_pylist()
    (private,) = (settings.private_dir / "till" / "customers").iterdir()
    assert private.stat().st_mode & 0o777 == 0o600
    assert "Ann@Example.com" in pq.read_table(private)["email"].to_pylist()


def test_an_unchanged_table_lands_once(
    filled: Server, land: Callable[[], list[LandedFile]]
) -> None:
    assert [each.is_new for each in land()] == [True, True]
    assert [each.is_new for each in land()] == [False, False]
    filled.run("""update "Order; Lines" set note = 'changed' where order_id = 2""")
    changed = land()
    assert [each.is_new for each in changed] == [False, True]
    assert changed[1].load_id.startswith("000002_")
    assert changed[1].input_rows == 2, "all rows again: the newest row of a key counts"


def test_only_rows_above_the_mark_land(
    settings: Settings, filled: Server, land: Callable[[], list[LandedFile]]
) -> None:
    land()
    filled.run(
        "update customers set email = 'new@example.com', "
        "updated_at = '2024-01-03 00:00:00+00' where id = 1;"
        "insert into customers values (3, 'c@example.com', '2024-01-03 01:00:00+00'),"
        "(4, 'd@example.com', 'infinity')"
    )
    customers, _ = land()
    rows = rows_of(settings, customers)
    assert customers.is_new and customers.input_rows == 3
    assert rows["id"].null_count == 0
    assert str(customers.high_water_mark).startswith("2024-01-03 01:00:00")
    filled.run("insert into customers values (5, 'e@x.com', '2024-01-04 00:00:00+00')")
    fifth, _ = land()
    assert fifth.input_rows == 2, "the fifth, and the one that is always newer"


def test_the_database_is_never_written(filled: Server, settings: Settings) -> None:
    with (
        pytest.raises(WarehouseError, match="read-only"),
        open_postgres(filled.url) as connection,
    ):
        connection.execute("call postgres_execute('source', 'drop table customers')")
    assert filled.run("select count(*) from customers") == "2"


@pytest.mark.parametrize("fault", ["password", "port", "table", "column"])
def test_no_message_and_no_file_has_the_password(
    settings: Settings, filled: Server, fault: str
) -> None:
    url, named = filled.url, "cannot be read"
    if fault == "password":
        url = url.replace("covey:", "covey:x")
    elif fault == "port":
        url = url.replace(f":{filled.port}", ":1")
    elif fault == "table":
        filled.run("drop table customers")
        named = "no table public.customers"
    else:
        filled.run("alter table customers drop column email")
        named = "no column email"
    with pytest.raises((WarehouseError, LandingError), match=named) as stopped:
        list(land_database(settings, "till", url))
    spellings = (PASSWORD, urllib.parse.quote(PASSWORD, safe=""))
    assert not any(spelling in str(stopped.value) for spelling in spellings)
    assert stopped.value.__suppress_context__ or stopped.value.__context__ is None
    files = [path for path in settings.data_dir.rglob("*") if path.is_file()]
    assert not any(
        spelling.encode() in path.read_bytes()
        for path in files
        for spelling in spellings
    )


def test_the_command_reads_the_environment(
    settings: Settings, filled: Server, tmp_path: Path
) -> None:
    """The password comes from libpq's own variables, and is nowhere afterwards."""
    for name in ("dbt_project.yml", "businesses"):
        (tmp_path / "project" / name).symlink_to(PROJECT_DIR / name)
    covey = str(Path(sys.executable).with_name("covey"))
    variables = {
        **environment(tmp_path),
        "COVEY_PROJECT_DIR": str(tmp_path / "project"),
        "COVEY_DATABASE": "postgresql:///postgres",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(filled.port),
        "PGUSER": "covey",
        "PGPASSWORD": PASSWORD,
    }
    done = subprocess.run(
        [covey, "land", "till"], env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "2 rows of postgresql:public.customers" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr
    (manifest,) = (tmp_path / "data" / "landed" / "till" / "customers").glob("*.json")
    assert json.loads(manifest.read_text())["high_water_mark"].startswith("2024-01-02")
    assert PASSWORD not in manifest.read_text()


def test_init_maps_a_database_that_lands_and_builds(
    server: Server, tmp_path: Path
) -> None:
    """An instant stays one, a local time is taken in the business's zone."""
    server.run(
        """
        drop schema public cascade; create schema public;
        create table clients (client_id bigint primary key, "E-Mail" text);
        insert into clients select n, 'a' || n || '@example.org'
        from generate_series(1, 20) as n;
        create table orders (
            id bigint primary key, client_id bigint, ordered_at timestamptz
        );
        insert into orders select n, 1 + n % 20, timestamptz '2026-01-01 23:30:00+00'
            + n * interval '1 hour' from generate_series(1, 60) as n;
        create table order_lines (
            order_id bigint, line_no int, sku text, quantity int, price numeric(8, 2)
        );
        insert into order_lines select n, 1, 'tea', 2, 1.25
        from generate_series(1, 60) as n;
        """
    )
    project = copy_project(tmp_path)
    zone = ["--time-zone", "Europe/Berlin"]
    done = run_covey(
        project, "init", "pgshop", server.url, "--yes", *zone, project=project
    )
    assert PASSWORD not in done.stdout
    assert '--database "$COVEY_DATABASE"' in done.stdout
    key = {"COVEY_KEY": "5e" * 32, "COVEY_DATABASE": server.url}
    for command in (
        ["land", "pgshop", "--no-card"],
        ["check"],
        ["build", "--select", "+path:models/core"],
    ):
        run = subprocess.run(
            [Path(sys.executable).with_name("covey"), "-b", "pgshop", *command],
            cwd=project,
            env={**environment(project), **key},
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stdout + run.stderr
    built = Built("pgshop", project, "")
    assert built.query(
        "select count(*), sum(amount), min(occurred_at)::text, "
        "min(occurred_date)::text from core_interactions"
    ) == [(60, Decimal("150.00"), "2026-01-02 00:30:00", "2026-01-02")]
    assert built.query("select count(distinct customer_id) from core_customers") == [
        (20,)
    ]
