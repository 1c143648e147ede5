"""The sample business: plain dbt, the command line, nothing that depends on luck."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import PROJECT_DIR, Built, copy_project, run_covey, run_dbt

# What must not depend on chance, threads or the future.
TABLES = (
    "feat_customers",
    "ml_segments__scores",
    "ml_propensity__scores",
    "ml_recommendations__scores",
)
NO_TESTS = ("--exclude-resource-types", "test", "unit_test")


def contents(path: Path, table: str) -> list[tuple]:
    """All rows of a table, sorted."""
    return Built("sample", path, "").query(f"select * from {table} order by all")


def build(data_dir: Path, *arguments: str, project: Path = PROJECT_DIR) -> Path:
    """Build the sample with plain dbt into a folder of its own."""
    (data_dir / "warehouse" / "sample").mkdir(parents=True)
    run_dbt(data_dir, "build", *arguments, project=project)
    return data_dir


def leading_to(*tables: str) -> list[str]:
    """Say to dbt that these tables, and what they are made of, are enough."""
    return ["--select", *(f"+{table}" for table in tables)]


def test_plain_dbt_on_one_thread_is_green_and_makes_the_same(
    sample: Built, tmp_path: Path
) -> None:
    """The only build with the unit tests of models, which `covey build` leaves out."""
    built = build(tmp_path, "--threads", "1")
    results = json.loads((tmp_path / "target" / "run_results.json").read_text())
    kinds = {result["unique_id"].split(".")[0] for result in results["results"]}
    assert {"model", "test", "unit_test"} <= kinds
    for table in ("core_interactions", "fct_recommendations", *TABLES):
        query = f"select * from {table} order by all"
        assert contents(built, table) == sample.query(query), table


def test_a_model_that_is_built_empty_survives(tmp_path: Path) -> None:
    build(tmp_path, "--empty", *NO_TESTS)


def test_every_row_is_accounted_for(sample: Built) -> None:
    for row in sample.query("from rpt_data_quality", published=True):
        input_rows, accepted, rejected, duplicate = row[4:8]
        assert input_rows == accepted + rejected + duplicate


def test_knowing_the_future_changes_no_feature_of_the_past(
    sample: Built, tmp_path: Path
) -> None:
    """Three months that had not happened yet are in one build and not in the other."""
    tables = ("feat_customers", "ml_propensity__eligible")
    then = ("--vars", "{as_of_date: '2025-10-01'}")
    earlier = build(tmp_path, *then, *NO_TESTS, *leading_to(*tables))
    for table in tables:
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
    tables = leading_to("core_rejected_rows", *TABLES)
    data_dir = build(tmp_path / "data", *NO_TESTS, *tables, project=project)
    changed = Built("sample", data_dir, "")
    late = (
        "select count(*) from core_rejected_rows where reject_reasons like '%after_as%'"
    )
    assert changed.query(late)[0][0] >= 290
    for table in TABLES:
        query = f"select * from {table} order by all"
        assert changed.query(query) == sample.query(query)


def test_building_again_changes_nothing_and_says_so(sample: Built) -> None:
    before = sorted((sample.warehouse_dir / "published").iterdir())
    again = run_covey(sample.data_dir, "build")
    assert "nothing changed" in again.stdout
    assert sorted((sample.warehouse_dir / "published").iterdir()) == before


def test_a_row_too_many_breaks_the_balance(tmp_path: Path) -> None:
    """A landed file that counts one row more than there is."""
    project = copy_project(tmp_path)
    landings = project / "seeds" / "sample" / "sample_shop__landings.csv"
    count = landings.read_text().splitlines()[-1].split(",")[-1]
    landings.write_text(
        landings.read_text().replace(f",{count}\n", f",{int(count) + 1}\n")
    )
    part = ("build", "--select", "+core_row_balance")
    failed = run_covey(tmp_path / "data", *part, project=project, check=False)
    assert failed.returncode == 4
    assert "rows_balance" in failed.stderr
