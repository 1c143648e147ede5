"""Tests of an increment look at the rows that it put in, and at kept ones like them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from conftest import PROJECT_DIR, run_dbt
from faults.mini_project import FILES, write
from unit.macros import load_macros

# Each table keeps (a, 1) and (b, 2), forgets (old, 0), and is given these rows next.
NEW_ROWS = {
    "well": "('c', 3)",
    "well_appended": "('c', 3)",
    "with_null": "('c', null)",
    "same_as_kept": "('a', 1)",
    "same_null_as_kept": "(null, 0)",
    "same_as_new": "('c', 3), ('c', 3)",
}
MODEL = """\
{{{{ config(
    materialized='incremental',
    incremental_strategy='{strategy}',
    pre_hook="{{% if is_update() %}}
        delete from {{{{ this }}}} where name = 'old' {{% endif %}}",
) }}}}
select * from (values {rows}) as rows (name, number)
"""
PROPERTIES = """\
models:
  - name: {name}
    data_tests:
      - unique_combination:
          name: key_of_{name}
          arguments: {{columns: [name, number], no_nulls: [number]}}
"""


class Table(str):
    """What dbt calls a relation."""

    @property
    def identifier(self) -> str:
        return str(self)


# Views are given these.
CUTOFFS = {
    "twice_before": "(3, date '2025-12-01'), (3, date '2025-12-01')",
    "twice_now": "(3, date '2026-01-01'), (3, date '2026-01-01')",
}
VIEW = """\
{{{{ config(materialized='view') }}}}
select * from (values {rows}) as rows (number, as_of_date)
"""
VIEW_PROPERTIES = """\
models:
  - name: {name}
    data_tests:
      - unique_combination:
          name: key_of_{name}
          arguments: {{columns: [number, as_of_date]}}
"""


def write_models(project: Path, tables: dict[str, str], views: dict[str, str]) -> None:
    for name, rows in tables.items():
        strategy = "append" if "appended" in name else "delete+insert"
        model = MODEL.format(rows=rows, strategy=strategy)
        write(project, f"models/{name}.sql", model)
        write(project, f"models/{name}.yml", PROPERTIES.format(name=name))
    for name, rows in views.items():
        write(project, f"models/{name}.sql", VIEW.format(rows=rows))
        write(project, f"models/{name}.yml", VIEW_PROPERTIES.format(name=name))


def failures(data_dir: Path) -> set[str]:
    """The names of the tests that failed in the last run of dbt."""
    run = json.loads((data_dir / "target" / "run_results.json").read_text())
    assert {node["status"] for node in run["results"]} <= {"pass", "success", "fail"}
    return {
        node["unique_id"].split(".")[2]
        for node in run["results"]
        if node["status"] == "fail"
    }


@pytest.fixture(scope="module")
def increment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small tables that were built, damaged where they are kept, and built on."""
    data_dir = tmp_path_factory.mktemp("increment")
    project = data_dir / "project"
    write(project, "profiles.yml", FILES["profiles.yml"])
    write(
        project,
        "dbt_project.yml",
        FILES["dbt_project.yml"] + "test-paths: [tests]\n"
        "on-run-start: '{{ forget_new_rows() }}'\n"
        "flags: {send_anonymous_usage_stats: false}\n",
    )
    shutil.copytree(PROJECT_DIR / "macros", project / "macros")
    shutil.copytree(
        PROJECT_DIR / "tests" / "dbt" / "generic", project / "tests/generic"
    )
    first = "('old', 0), (null, 0), ('a', 1), ('b', 2)"
    write_models(project, dict.fromkeys(NEW_ROWS, first), {})
    build_path = data_dir / "warehouse" / "sample" / "build.duckdb"
    build_path.parent.mkdir(parents=True)
    run_dbt(data_dir, "build", project=project)
    with duckdb.connect(build_path) as build:
        for table in ("well", "well_appended"):
            build.execute(f"update {table} set number = null where name = 'b'")
    write_models(project, NEW_ROWS, CUTOFFS)
    told = json.dumps({"increment_since": "2025-12-31", "keeps_fit": True})
    run_dbt(data_dir, "build", "--vars", told, project=project, check=False)
    return data_dir


def test_new_rows_are_tested_and_so_are_kept_ones_like_them(increment: Path) -> None:
    assert failures(increment) == {
        "key_of_with_null",
        "key_of_same_as_kept",
        "key_of_same_null_as_kept",
        "key_of_same_as_new",
        "key_of_twice_now",
    }


def test_a_test_that_is_no_part_of_an_increment_sees_every_row(increment: Path) -> None:
    project = increment / "project"
    selected = ["--select", "well", "twice_before"]
    run_dbt(increment, "test", *selected, project=project, check=False)
    assert failures(increment) == {
        "key_of_well",
        "key_of_twice_before",
    }


def test_the_last_rows_stay_the_new_ones_when_deleted_rows_make_room(
    tmp_path: Path,
) -> None:
    is_new_row = load_macros().is_new_row(Table("kept"))
    asked = f"select count(*), min(number) from kept where {is_new_row}"
    with duckdb.connect(tmp_path / "build.duckdb") as build:
        build.execute("create table kept as select range as number from range(600_000)")
        build.execute("create table new_row_counts (table_name text, row_count int)")
        build.execute("checkpoint")
        assert build.execute(asked).fetchone() == (600_000, 0)  # made from nothing
        build.execute("delete from kept where number % 100 > 0")
        build.execute("insert into kept select range from range(600_000, 600_007)")
        build.execute("insert into new_row_counts values ('kept', 7), ('other', 9)")
        before = build.execute("select max(rowid) from kept").fetchone()
        build.execute("force checkpoint")
        assert build.execute("select max(rowid) from kept").fetchone() != before
        assert build.execute(asked).fetchone() == (7, 600_000)
