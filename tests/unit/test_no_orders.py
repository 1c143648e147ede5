"""A business without orders is told without money, in the terminal and on the page."""

from pathlib import Path

import duckdb
import pytest

from covey.cli import main
from covey.publish import publish
from covey.reports.page import write_report
from covey.settings import Settings
from unit.published_fixture import make_project, write_build


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The published fixture, as if nobody had ever bought."""
    settings = make_project(tmp_path_factory.mktemp("covey"))
    write_build(settings)
    with duckdb.connect(str(settings.build_path)) as connection:
        connection.execute(
            "update dim_customers set first_order_date = null, last_order_date = null, "
            "days_since_last_order = null, order_count_90d = 0, spend_amount_90d = 0, "
            "spend_amount_365d = 0, recency_score = null"
        )
        connection.execute(
            "update dim_segments set spend_amount_90d = 0, spend_share = 0"
        )
    publish(settings)
    return settings


@pytest.mark.parametrize(
    "question",
    [
        ["segments"],
        ["segment", "s1"],
        ["lookup", "1"],
        ["similar", "I3"],
        ["recommend", "--history", "I2"],
    ],
)
def test_no_answer_speaks_of_money(
    warehouse: Settings,
    question: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COVEY_PROJECT_DIR", str(warehouse.project_dir))
    monkeypatch.setenv("COVEY_DATA_DIR", str(warehouse.data_dir))
    with pytest.raises(SystemExit) as end:
        main(question)
    shown = capsys.readouterr().out
    assert not end.value.code, shown
    told = "\n".join(line for line in shown.splitlines() if "Share of" not in line)
    assert "0.00" not in told
    assert "pend in 90 days" not in told
    assert "also buy" not in told
    assert "bought" not in told
    assert "they buy more" not in told


def test_the_page_leaves_out_what_nobody_spent(
    warehouse: Settings, tmp_path: Path
) -> None:
    page = write_report(warehouse.current_path, tmp_path / "report.html")
    text = page.read_text(encoding="utf-8")
    assert "of the spend" not in text
    assert "Size of each segment" in text
    assert "Spend in 90 days<" not in text
    assert "`covey" not in text
