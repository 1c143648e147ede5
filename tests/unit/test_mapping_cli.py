"""`covey init` and `covey check` as people meet them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from conftest import PROJECT_DIR
from covey.cli import main

Run = Callable[..., SimpleNamespace]
SALES = "customer,ordered_on,total\nc1,{0},1.50\nc2,{1},2.00\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    for name in ("models", "seeds", "businesses"):
        shutil.copytree(PROJECT_DIR / name, project / name)
    shutil.copy(PROJECT_DIR / "dbt_project.yml", project)
    write_sales(project, "2026-01-30", "2026-01-31")
    return project


@pytest.fixture
def covey(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    monkeypatch.setenv("COVEY_PROJECT_DIR", str(project))
    monkeypatch.delenv("COVEY_DATA_DIR", raising=False)
    monkeypatch.chdir(project)

    def run(*arguments: str) -> SimpleNamespace:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return SimpleNamespace(code=end.value.code, out=out, err=err)

    return run


def write_sales(project: Path, *days: str, name: str = "sales.csv") -> None:
    (project / name).write_text(SALES.format(*days))


def written(project: Path) -> set[str]:
    return {
        str(path.relative_to(project))
        for room in ("models", "businesses")
        for path in (project / room).rglob("*kiosk*")
        if path.is_file()
    }


def test_without_a_terminal_it_prints_what_it_would_ask_and_stops(
    covey: Run, project: Path
) -> None:
    done = covey("init", "kiosk", "sales.csv")
    assert done.code == 2
    assert "--time-zone  In which time zone" in done.out
    assert "[UTC]" in done.out
    assert "--currency  Which currency" in done.out
    assert "nothing was written" in done.err
    assert not written(project)


def test_yes_takes_the_proposals_and_says_what_comes_next(
    covey: Run, project: Path
) -> None:
    done = covey("init", "kiosk", "sales.csv", "--yes")
    assert done.code == 0
    for file in written(project):
        assert f"wrote {file}" in done.out
    last = [line.strip() for line in done.out.splitlines()[-3:]]
    assert last[0].startswith('export COVEY_KEY="$(openssl rand -hex 32)"')
    assert last[1:] == ["covey -b kiosk land kiosk sales.csv", "covey -b kiosk build"]
    business = yaml.safe_load((project / "businesses" / "kiosk.yml").read_text())
    assert business["sources"] == {"kiosk": ["customers", "interactions"]}
    assert business["as_of_date"] == "2026-02-01"
    assert "kiosk,lapse_60d," in (project / "seeds" / "costs.csv").read_text()


def test_yes_guesses_no_date_order(covey: Run, project: Path) -> None:
    write_sales(project, "03/04/2026", "05/06/2026")
    done = covey("init", "kiosk", "sales.csv", "--yes")
    assert done.code == 2
    assert "--date-order day-first or --date-order month-first" in done.err
    assert "sales.ordered_on" in done.err
    assert not written(project)
    assert (
        covey("init", "kiosk", "sales.csv", "--yes", "--date-order", "month-first").code
        == 0
    )
    model = project / "models/staging/kiosk/stg_kiosk__sales.sql"
    assert "'%m/%d/%Y'" in model.read_text()


def test_a_day_above_twelve_decides(covey: Run, project: Path) -> None:
    write_sales(project, "03/04/2026", "13/04/2026")
    assert covey("init", "kiosk", "sales.csv", "--yes").code == 0
    model = project / "models/staging/kiosk/stg_kiosk__sales.sql"
    assert "'%d/%m/%Y'" in model.read_text()


def test_it_overwrites_only_if_told_and_adds_nothing_twice(
    covey: Run, project: Path
) -> None:
    before = (project / "dbt_project.yml").read_text()
    assert covey("init", "kiosk", "sales.csv", "--yes").code == 0
    texts = {name: (project / name).read_text() for name in written(project)}
    settings = (project / "dbt_project.yml").read_text()
    assert [line for line in before.splitlines() if line not in settings] == []
    assert settings.count("      kiosk:\n") == 2
    refused = covey("init", "kiosk", "sales.csv", "--yes")
    assert refused.code == 1
    assert "--force" in refused.err
    assert covey("init", "kiosk", "sales.csv", "--yes", "--force").code == 0
    assert {name: (project / name).read_text() for name in written(project)} == texts
    assert (project / "dbt_project.yml").read_text() == settings
    costs = (project / "seeds" / "costs.csv").read_text()
    assert costs.count("kiosk,lapse_60d,") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["sample", "sales.csv"],
        ["Kiosk", "sales.csv"],
        ["../kiosk", "sales.csv"],
        ["kiosk", "sales.csv", "--source", "segments"],
        ["kiosk", "sales.csv", "--source", "a/b"],
        ["kiosk", "no.csv"],
        ["kiosk", "/etc/passwd"],
        ["kiosk", "sales.csv", "--column", "total"],
        ["kiosk", "sales.csv", "--time-zone", "Mars/Olympus"],
    ],
)
def test_what_cannot_be_meant_writes_nothing(
    covey: Run, project: Path, arguments: list[str]
) -> None:
    before = (project / "dbt_project.yml").read_text()
    assert covey("init", *arguments, "--yes").code in (1, 2)
    assert not written(project)
    assert (project / "dbt_project.yml").read_text() == before


def test_names_that_sql_or_jinja_would_read_are_data(covey: Run, project: Path) -> None:
    header = 'customer,date,"order","group","total {{ 1/0 }} (€)"\n'
    rows = "c1,2026-01-30,1,a,1.50\nc2,2026-01-31,2,b,2.00\n"
    (project / "order.csv").write_text(header + rows)
    done = covey("init", "kiosk", "order.csv", "--yes")
    assert done.code == 0, done.err
    model = (project / "models/staging/kiosk/stg_kiosk__order.sql").read_text()
    assert "clean_text('\"order\"')" in model
    assert "1/0" not in model
    feed = (project / "models/intermediate/kiosk/int_kiosk__customers.sql").read_text()
    assert "order_rows as (" in feed


def test_check_prints_every_error_and_ends_with_one(covey: Run, project: Path) -> None:
    assert covey("init", "kiosk", "sales.csv", "--yes").code == 0
    done = covey("-b", "kiosk", "check")
    assert done.code == 1
    assert (
        "nothing of it is landed; run covey -b kiosk land kiosk sales.csv" in done.err
    )
    assert "1 to mend" in done.err
    assert covey("-b", "sample", "check").out == "ok\n"
