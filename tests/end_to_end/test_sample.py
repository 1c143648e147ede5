"""The sample business: plain dbt, the command line, nothing that depends on luck."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import PROJECT_DIR, Built, run_covey, run_dbt

ML_TABLES = (
    "ml_segments__scores",
    "ml_propensity__scores",
    "ml_recommendations__scores",
)


def contents(path: Path, table: str) -> list[tuple]:
    """All rows of a table, sorted."""
    return Built("sample", path, "").query(f"select * from {table} order by all")


def build(data_dir: Path, *arguments: str, select: str = "") -> Path:
    """Build the sample with plain dbt into a folder of its own."""
    (data_dir / "warehouse" / "sample").mkdir(parents=True)
    if select:
        run_dbt(data_dir, "seed")
        run_dbt(data_dir, "run", "--select", *select.split(), *arguments)
    else:
        run_dbt(data_dir, "build", *arguments)
    return data_dir


def copy_project(tmp_path: Path) -> Path:
    """A checkout whose seeds a test may change."""
    project = tmp_path / "project"
    ignored = shutil.ignore_patterns(".*", "warehouse", "data", "target", "logs")
    shutil.copytree(PROJECT_DIR, project, ignore=ignored)
    return project


def test_plain_dbt_build_is_green(sample: Built, tmp_path: Path) -> None:
    built = build(tmp_path)
    for table in ("feat_customers", "fct_recommendations", *ML_TABLES):
        assert contents(built, table) == sample.query(
            f"select * from {table} order by all"
        )


def test_a_model_that_is_built_empty_survives(tmp_path: Path) -> None:
    (tmp_path / "warehouse" / "sample").mkdir(parents=True)
    run_dbt(tmp_path, "seed")
    run_dbt(tmp_path, "run", "--empty")


def test_every_row_is_accounted_for(sample: Built) -> None:
    for row in sample.query("from rpt_data_quality", published=True):
        input_rows, accepted, rejected, duplicate = row[4:8]
        assert input_rows == accepted + rejected + duplicate


def test_threads_and_memory_change_nothing(sample: Built, tmp_path: Path) -> None:
    built = build(tmp_path, "--threads", "1")
    for table in ("core_interactions", "feat_customers", *ML_TABLES):
        assert contents(built, table) == sample.query(
            f"select * from {table} order by all"
        )


def test_knowing_the_future_changes_no_feature_of_the_past(
    sample: Built, tmp_path: Path
) -> None:
    """Three months that had not happened yet are in one build and not in the other."""
    earlier = build(
        tmp_path,
        "--vars",
        "{as_of_date: '2025-10-01'}",
        select="+feat_customers +ml_propensity__eligible",
    )
    for table in ("feat_customers", "ml_propensity__eligible"):
        query = f"""
            select * from {table}
            where as_of_date between '2025-01-01' and '2025-10-01' order by all
        """
        known_then = Built("sample", earlier, "").query(query)
        assert known_then == sample.query(query)
        assert len({row[1] for row in known_then}) > 5


def test_rows_appended_after_the_cut_off_change_no_score(
    tmp_path: Path, sample: Built
) -> None:
    """A year of purchases after `as_of_date`, appended to the landed rows."""
    project = copy_project(tmp_path)
    lines = project / "seeds" / "sample" / "sample_shop__order_lines.csv"
    rows = lines.read_text().splitlines()
    columns = rows[0].split(",")
    future = []
    for number, row in enumerate(rows[100:400]):
        cells = row.split(",")
        cells[columns.index("ordered_at")] = f"2026-0{1 + number % 9}-15 12:00:00"
        cells[columns.index("order_id")] = f"F{number}"
        cells[columns.index("source_row")] = str(len(rows) + 1 + number)
        future.append(",".join(cells))
    lines.write_text("\n".join([*rows, *future]) + "\n")
    landings = project / "seeds" / "sample" / "sample_shop__landings.csv"
    counted = landings.read_text().replace(
        f",{len(rows) - 1}\n", f",{len(rows) + 299}\n"
    )
    landings.write_text(counted)
    data_dir = tmp_path / "data"
    (data_dir / "warehouse" / "sample").mkdir(parents=True)
    run_dbt(data_dir, "build", project=project)
    changed = Built("sample", data_dir, "")
    late = (
        "select count(*) from core_rejected_rows where reject_reasons like '%after_as%'"
    )
    assert changed.query(late)[0][0] >= 290
    for table in ("feat_customers", *ML_TABLES):
        query = f"select * from {table} order by all"
        assert changed.query(query) == sample.query(query)


def test_building_again_changes_nothing_and_says_so(sample: Built) -> None:
    before = sorted((sample.warehouse_dir / "published").iterdir())
    again = run_covey(sample.data_dir, "build")
    assert "nothing changed" in again.stdout
    assert sorted((sample.warehouse_dir / "published").iterdir()) == before


def test_a_failed_test_publishes_nothing(sample: Built, tmp_path: Path) -> None:
    """A landed file that counts one row too many breaks the balance."""
    project, data_dir = copy_project(tmp_path), tmp_path / "data"
    shutil.copytree(sample.data_dir, data_dir)
    published = Built("sample", data_dir, "").published_path
    before = published.read_bytes()
    landings = project / "seeds" / "sample" / "sample_shop__landings.csv"
    count = landings.read_text().splitlines()[-1].split(",")[-1]
    landings.write_text(
        landings.read_text().replace(f",{count}\n", f",{int(count) + 1}\n")
    )
    failed = run_covey(data_dir, "build", project=project, check=False)
    assert failed.returncode == 4
    assert "rows_balance" in failed.stderr
    assert published.read_bytes() == before
    assert Built("sample", data_dir, "").query("from covey_version", published=True)
