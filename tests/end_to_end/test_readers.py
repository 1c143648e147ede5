"""Readers never wait and never see half a build."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import sqlalchemy
from conftest import Built, run_covey


def test_two_readers_hold_the_file_open_through_a_whole_build(
    sample: Built, tmp_path: Path
) -> None:
    """One reader is plain DuckDB, the other SQLAlchemy, as Superset connects."""
    data_dir = tmp_path / "data"
    shutil.copytree(sample.data_dir, data_dir)
    built = Built("sample", data_dir, "")
    url = f"duckdb:///{built.published_path}?access_mode=read_only"
    engine = sqlalchemy.create_engine(url)
    version = "select version from covey_version"
    count = "select count(*) from dim_customers"
    with (
        duckdb.connect(str(built.published_path), read_only=True) as plain,
        engine.connect() as superset,
    ):
        first = plain.execute(version).fetchall()
        assert superset.execute(sqlalchemy.text(version)).fetchall() == first
        customers = plain.execute(count).fetchone()
        run_covey(data_dir, "build", "--force")
        assert plain.execute(version).fetchall() == first
        assert plain.execute(count).fetchone() == customers
        assert superset.execute(sqlalchemy.text(count)).fetchone() == customers
    engine.dispose()
    assert built.query(version, published=True) != first
