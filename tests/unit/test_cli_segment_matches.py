"""`covey segments accept`: a decision becomes a row of a seed."""

from __future__ import annotations

from types import SimpleNamespace

import duckdb
import pytest

from covey.cli import main
from covey.settings import Settings
from unit.published_fixture import make_project

SEED = "business,fit_date,cluster_id,segment_id,reason\n"
OTHER = "bakery,2026-01-01,1,segment_9,theirs\n"


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    settings = make_project(tmp_path)
    monkeypatch.setenv("COVEY_PROJECT_DIR", str(settings.project_dir))
    monkeypatch.setenv("COVEY_DATA_DIR", str(settings.data_dir))
    (settings.project_dir / "seeds").mkdir(exist_ok=True)
    seed_path(settings).write_text(SEED + OTHER)
    settings.build_path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.build_path)) as connection:
        connection.execute(
            "create table ml_segments__lineage as select date '2026-01-01' as fit_date,"
            " unnest([0, 1, null]) as cluster_id"
        )
        connection.execute(
            "create table ml_segments__previous_registry as select * from (values "
            "('segment_1', 'Champions', 1), ('segment_2', 'Loyal', 0), "
            "('segment_3', 'Gone', null)) as t (segment_id, segment_name, cluster_id)"
        )
    return settings


def seed_path(settings: Settings):
    return settings.project_dir / "seeds" / "segment_matches.csv"


@pytest.fixture
def accept(settings, capsys):
    def run(*arguments: str) -> SimpleNamespace:
        with pytest.raises(SystemExit) as end:
            main(["-b", settings.business, "segments", "accept", *arguments])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=end.value.code, out=out, err=err)

    return run


def test_a_decision_is_written_and_a_second_one_takes_its_place(settings, accept):
    assert accept("1", "loyal", "--reason", "their baskets,\nas before").code == 0
    row = f'{settings.business},2026-01-01,1,segment_2,"their baskets, as before"\n'
    assert seed_path(settings).read_text() == SEED + OTHER + row
    done = accept("1", "new", "--reason", "on second thoughts")
    assert "cluster 1 of the fit of 2026-01-01 is new" in done.out
    row = f"{settings.business},2026-01-01,1,new,on second thoughts\n"
    assert seed_path(settings).read_text() == SEED + OTHER + row


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["7", "loyal", "-r", "x"], "no cluster 7: 0, 1"),
        (["1", "segment_3", "-r", "x"], "segment_1 (Champions), segment_2 (Loyal)"),
        (["1", "loyal", "-r", " "], "say why"),
    ],
)
def test_what_is_not_there_is_not_written(settings, accept, arguments, words):
    done = accept(*arguments)
    assert done.code != 0 and words in done.err
    assert seed_path(settings).read_text() == SEED + OTHER


def test_without_a_fit_there_is_nothing_to_decide(settings, accept):
    settings.build_path.unlink()
    assert accept("1", "loyal", "-r", "x").code == 3
