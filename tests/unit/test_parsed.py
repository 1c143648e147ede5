"""dbt reads a project once, wherever the data are; what changed it reads again."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from covey.publish.dbt_process import run_dbt
from covey.settings import Settings
from faults.mini_project import write, write_project

SEED = "seeds/colours.csv"


def build(project: Path, data_dir: Path, **told: str) -> list[str]:
    """Build into a folder; give why dbt read the whole project, if it did."""
    settings = Settings("sample", project, data_dir, told)
    settings.warehouse_dir.mkdir(parents=True, exist_ok=True)
    events = []
    part = ["+dim_customers", "colours"]
    assert run_dbt(settings, events.append, part) == 0, events
    infos = [event["info"] for event in events]
    return [
        info["msg"].removeprefix("Unable to do partial parsing because ")
        for info in infos
        if info["name"] == "UnableToPartialParse"
    ]


def answer(data_dir: Path, query: str) -> list[tuple]:
    path = data_dir / "warehouse/sample/build.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_new_data_folder_takes_over_what_dbt_read(tmp_path: Path) -> None:
    """One story, since each dbt run takes seconds: new, elsewhere, and from a copy."""
    project = write_project(tmp_path)
    write(project, SEED, "colour\nred\n")
    one, other = tmp_path / "one", tmp_path / "other"
    assert build(project, one) == ["saved manifest not found. Starting full parse."]
    assert not list(one.rglob("dbt.log")), "nobody asked for it"

    # Of what was read, only a file that changed is read again.
    core = "models/core/core_customers.sql"
    write(project, core, "select 'Ada'::varchar as customer_id\n")
    assert build(project, other) == []
    assert answer(other, "select customer_id from dim_customers") == [("Ada",)]

    # dbt loads a seed from the project that it was read in first.
    copy = Path(shutil.copytree(project, tmp_path / "project_2"))
    write(project, SEED, "colour\nblue\n")
    assert build(copy, other) == ["saved manifest not found. Starting full parse."]
    assert answer(other, "from colours") == [("red",)]
