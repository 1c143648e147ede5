"""Readers never wait and never see half a build."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import Built, run_covey
from faults.mini_project import write_project

# Each reader is a process: within one, DuckDB shares an open file by its path.
PLAIN = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
ask = lambda sql: connection.execute(sql).fetchall()
"""
SUPERSET = """
import sqlalchemy, sys
url = f"duckdb:///{sys.argv[1]}?access_mode=read_only"
connection = sqlalchemy.create_engine(url).connect()
rows = lambda sql: connection.execute(sqlalchemy.text(sql)).fetchall()
ask = lambda sql: [tuple(row) for row in rows(sql)]
"""
ANSWER = """
for _ in sys.stdin:
    print(ask("select version from covey_version"),
          ask("select count(*), max(as_of_date) from dim_customers"),
          ask("select count(*) from dim_customer_links"), flush=True)
"""


class Reader:
    """A process that holds the published file open and answers when asked."""

    def __init__(self, connect: str, published: Path) -> None:
        command = [sys.executable, "-c", connect + ANSWER, str(published)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self) -> str:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("again\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def close(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0


def test_two_readers_hold_the_file_open_through_a_whole_build(tmp_path: Path) -> None:
    """One reader is plain DuckDB, the other SQLAlchemy, as Superset connects."""
    project, data_dir = write_project(tmp_path), tmp_path / "data"
    run_covey(data_dir, "build", project=project)
    built = Built("sample", data_dir, "")
    readers = [Reader(connect, built.published_path) for connect in (PLAIN, SUPERSET)]
    before = [reader.ask() for reader in readers]
    assert before[0] == before[1] != ""
    run_covey(data_dir, "build", "--force", project=project)
    assert [reader.ask() for reader in readers] == before, "they keep what they opened"
    for reader in readers:
        reader.close()
    later = Reader(SUPERSET, built.published_path)
    assert later.ask() != before[1], "whoever connects now sees the new version"
    later.close()
