"""`covey check`: every error at once, each with file, place and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from conftest import PROJECT_DIR
from covey.mapping.checks import Problem, check_business
from covey.mapping.inspection import inspect
from covey.mapping.proposal import Answers, propose
from covey.mapping.reading import read_tables
from covey.mapping.rules import propose_rules
from covey.mapping.writing import write
from covey.settings import Settings

SALES = "Order No;Customer;Day;Total\nA1;c1;31/01/2026;1,50\nA2;c2;01/02/2026;2,00\n"


@pytest.fixture
def kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A mapped business whose one table is landed."""
    project = tmp_path / "project"
    for name in ("models", "seeds", "businesses"):
        shutil.copytree(PROJECT_DIR / name, project / name)
    shutil.copy(PROJECT_DIR / "dbt_project.yml", project)
    (tmp_path / "sales.csv").write_text(SALES)
    raw = list(read_tables([tmp_path / "sales.csv"]))
    proposal = propose("kiosk", "kiosk", inspect(raw), Answers())
    write(project, proposal, propose_rules(proposal, raw), force=False)
    monkeypatch.setenv("COVEY_PROJECT_DIR", str(project))
    monkeypatch.delenv("COVEY_DATA_DIR", raising=False)
    land(project, order_no=["A1"], customer=["c1"], day=["31/01/2026"], total=["1,50"])
    return Settings.load("kiosk")


def land(project: Path, **columns: list[str]) -> None:
    folder = project / "data" / "landed" / "kiosk" / "sales"
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), folder / "000001_x.parquet")


def edit(settings: Settings, **vars_: object) -> Settings:
    path = settings.project_dir / "businesses" / "kiosk.yml"
    content = yaml.safe_load(path.read_text()) | vars_
    path.write_text(yaml.safe_dump(content))
    return Settings.load("kiosk")


def replace_in(settings: Settings, path: str, old: str, new: str) -> None:
    file = settings.project_dir / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def only(problems: list[Problem]) -> str:
    assert len(problems) == 1, [str(problem) for problem in problems]
    return str(problems[0])


def test_what_init_writes_passes(kiosk: Settings) -> None:
    assert check_business(kiosk) == []


@pytest.mark.parametrize(
    ("vars_", "says"),
    [
        ({"time_zone": "Europe/Nowhere"}, "time_zone: no zone is 'Europe/Nowhere'"),
        ({"currency_code": "euro"}, "currency_code: 'euro' is no ISO 4217 code"),
        ({"as_of_date": "soon"}, "as_of_date: 'soon' is no date"),
        ({"as_of_date": "2025-01-01"}, "before all that is landed"),
        ({"as_of_date": "2031-01-01"}, "over a year after all that is landed"),
        ({"cutoff_count": "five"}, "cutoff_count: 'five' is text; give a number"),
        ({"segment_cuont": 5}, "no such setting; is it segment_count?"),
        ({"recommendation_grain": "aisle"}, "take item, item_type, category"),
        ({"outcomes": ["lapse_61d"]}, "not in seeds/outcome_types.csv; take one of"),
        ({"outcomes": ["lapse_90d"]}, "kiosk,lapse_90d: there is no such row"),
        ({"outcomes": []}, "outcomes: names none"),
        ({"sources": {"till": ["customers"]}}, "there is no models/staging/till"),
        ({"sources": {}}, "names no source"),
        ({"segment_features": ["spend_90d"]}, "segment_features: no feature is"),
        (
            {"sources": {"kiosk": ["customers", "interactions", "item_tags"]}},
            "item_tags has no model",
        ),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(
    kiosk: Settings, vars_: dict[str, object], says: str
) -> None:
    assert says in only(check_business(edit(kiosk, **vars_)))


def test_all_errors_come_at_once(kiosk: Settings) -> None:
    settings = edit(kiosk, time_zone="x", currency_code="x", outcomes=["x"])
    assert len(check_business(settings)) == 3


def test_nothing_landed_is_said_with_the_command(kiosk: Settings) -> None:
    shutil.rmtree(kiosk.landed_dir)
    said = only(check_business(kiosk))
    assert "covey -b kiosk land kiosk sales.csv" in said


def test_a_column_that_is_not_landed_is_named(kiosk: Settings) -> None:
    land(kiosk.project_dir, order_no=["A1"], customer=["c"], day=["31/01/2026"])
    said = only(check_business(kiosk))
    assert said.startswith("kiosk/sales/000001_x.parquet: total:")


def test_an_undeclared_date_format_is_named(kiosk: Settings) -> None:
    model = "models/staging/kiosk/stg_kiosk__sales.sql"
    replace_in(kiosk, model, "'day', '%d/%m/%Y', ", "'day', ")
    said = only(check_business(kiosk))
    assert said.startswith(f"{model}: day: '31/01/2026' is no")
    assert "clean_timestamp('day', '%d/%m/%Y')" in said


def test_an_undeclared_decimal_comma_is_named(kiosk: Settings) -> None:
    model = "models/staging/kiosk/stg_kiosk__sales.sql"
    replace_in(kiosk, model, "'total', decimal=','", "'total'")
    said = only(check_business(kiosk))
    assert "clean_number('total', decimal=',')" in said


def test_a_table_that_no_model_stages_is_named(kiosk: Settings) -> None:
    (kiosk.project_dir / "models/staging/kiosk/stg_kiosk__sales.sql").unlink()
    assert "no model stages it" in only(check_business(kiosk))


def test_a_source_that_is_not_switched_on_is_named(kiosk: Settings) -> None:
    switch = "        +enabled: \"{{ 'kiosk' in var('sources', ['shop']) }}\"\n"
    replace_in(kiosk, "dbt_project.yml", f"      kiosk:\n{switch}", "")
    said = [str(problem) for problem in check_business(kiosk)]
    assert len(said) == 2
    assert "kiosk is not switched on" in said[0]


def test_the_sample_passes_without_landed_files(kiosk: Settings) -> None:
    assert check_business(Settings.load("sample")) == []
