"""Assigning somebody who is not here: features by hand, as JSON, or from orders."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from covey.cli import main
from covey.cli.answers.order_features import order_features, read_orders
from covey.publish import publish
from covey.warehouse import open_build
from unit.published_fixture import make_project, write_build

WEEKS, SPEND = "active_week_count_90d", "spend_amount_90d"
CSV = """\
date,amount,order_id,category,discount_amount
2025-12-30,10.00,a,Dairy,1
2025-12-30,5.50,a,Bread,
2025-12-30,2.00,b,Dairy,
2025-12-16T18:30:00,40,c,,
2025-12-16,-4,c,Dairy,
2025-06-01,100,d,Toys,
2026-01-01,999,e,Toys,
"""


def runner(settings, monkeypatch, capsys):
    monkeypatch.setenv("COVEY_PROJECT_DIR", str(settings.project_dir))
    monkeypatch.setenv("COVEY_DATA_DIR", str(settings.data_dir))
    monkeypatch.chdir(settings.data_dir)

    def run(*arguments: str) -> SimpleNamespace:
        with pytest.raises(SystemExit) as end:
            main(("assign", *arguments))
        out, err = capsys.readouterr()
        return SimpleNamespace(code=end.value.code, out=out, err=err)

    return run


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    settings = make_project(tmp_path_factory.mktemp("covey"))
    write_build(settings)
    publish(settings)
    return settings


@pytest.fixture
def assign(settings, monkeypatch, capsys):
    return runner(settings, monkeypatch, capsys)


def test_by_hand_and_as_json_are_the_same(assign):
    by_hand = assign("--feature", f"{WEEKS}=12", "--feature", f"{SPEND}=90", "--json")
    as_json = assign("--features", json.dumps({WEEKS: 12, SPEND: 90}), "--json")
    assert by_hand.out == as_json.out
    found = json.loads(by_hand.out)
    assert (found["segment_name"], found["runner_up_segment_name"]) == (
        "Champions",
        "At risk",
    )
    assert found["strategy"].startswith("Thank them")
    assert [each["value"] for each in found["features"]] == [12, 90]


def test_it_says_what_decides_beside_what_is_typical(assign):
    text = assign("--feature", f"{WEEKS}=2", "--feature", f"{SPEND}=30").out
    assert "Segment     At risk" in text
    assert "Runner-up   Champions, " in text
    assert "Decided by  active week count 90d" in text


def test_orders_are_counted_as_the_build_counts(assign, settings):
    (settings.data_dir / "orders.csv").write_text(CSV)
    found = json.loads(assign("--orders", "orders.csv", "--json").out)
    assert {each["feature"]: each["value"] for each in found["features"]} == {
        WEEKS: 2,
        SPEND: 57.5,
    }
    assert found["notes"][-1].startswith("1 row is not before 1 January 2026")
    later = assign("--orders", "orders.csv", "--as-of", "2026-01-02", "--json")
    values = {e["feature"]: e["value"] for e in json.loads(later.out)["features"]}
    assert values[SPEND] == 1056.5


def test_a_feature_by_hand_comes_before_a_computed_one(assign, settings, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO('[{"date":"2025-12-30","amount":9}]'))
    done = assign("--orders", "-", "--feature", f"{WEEKS}=13", "--json")
    values = {e["feature"]: e["value"] for e in json.loads(done.out)["features"]}
    assert values == {WEEKS: 13, SPEND: 9}


def test_every_feature_of_the_orders():
    found = order_features(read_orders(CSV), date(2026, 1, 1))
    assert found.late_count == 1
    assert found.missing_columns == {"item_type_count_90d": "item_type"}
    expected = {
        "days_since_last_order": 2,
        "order_count_28d": 3,
        "order_count_365d": 4,
        "active_day_count_90d": 2,
        "gap_count_180d": 2,
        "gap_days_mean_180d": 106,
        "line_count_90d": 4,
        "mean_order_amount_90d": 57.5 / 3,
        "discount_rate_90d": 1 / 58.5,
        "category_count_90d": 2,
        "return_amount_365d": 4,
        "tenure_days": 214,
    }
    assert {name: found.values[name] for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], f"{WEEKS} (active week count 90d); {SPEND} (spend amount 90d)"),
        (["--feature", f"{WEEKS}=1"], f"--feature {SPEND}=VALUE"),
        (["--feature", "spend=1"], "no feature spend: they are made of"),
        (["--feature", WEEKS], "is not NAME=VALUE"),
        (["--feature", f"{WEEKS}=many"], "which is no number"),
        (["--feature", f"{WEEKS}=nan"], "which is no number"),
        (["--features", "{"], "--features is not JSON"),
        (["--features", "[1]"], "takes an object"),
        (["--features", json.dumps({WEEKS: None})], "which is no number"),
        (["--orders", "bad.json"], "the orders are not JSON"),
        (["--orders", "empty.csv"], "the orders have no row"),
        (["--orders", "dateless.csv"], "row 1 of the orders has no date"),
        (["--orders", "odd.csv"], "'1,5' is no number"),
        (["--orders", "late.csv"], "who never bought is a prospect"),
        (["--orders", "/etc/hostname"], "lies outside the project"),
        (["--orders", "late.csv", "--as-of", "today"], "is not a date"),
    ],
)
def test_what_is_wrong_is_one_sentence(assign, settings, arguments, said):
    files = {
        "bad.json": "[{",
        "empty.csv": "date,amount\n",
        "dateless.csv": "day,amount\n2025-12-01,1\n",
        "odd.csv": 'date,amount\n2025-12-01,"1,5"\n',
        "late.csv": "date,amount\n2026-12-01,1\n",
    }
    for name, text in files.items():
        (Path(settings.data_dir) / name).write_text(text)
    done = assign(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_a_column_that_a_feature_needs_is_named(tmp_path, monkeypatch, capsys):
    settings = make_project(tmp_path)
    write_build(settings)
    connection = open_build(settings.build_path, read_only=False)
    connection.execute(
        f"update dim_segment_centres set feature = 'category_count_90d' "
        f"where feature = '{WEEKS}'"
    )
    connection.close()
    publish(settings)
    (tmp_path / "o.csv").write_text("date,amount\n2025-12-01,3\n")
    assign = runner(settings, monkeypatch, capsys)
    assert "the orders need a column category" in assign("--orders", "o.csv").err
    assert assign("--orders", "o.csv", "--feature", "category_count_90d=1").code == 0


def test_a_version_without_segments_says_why(tmp_path, monkeypatch, capsys):
    settings = make_project(tmp_path)
    write_build(settings)
    connection = open_build(settings.build_path, read_only=False)
    connection.execute("delete from dim_segment_centres")
    connection.close()
    publish(settings)
    done = runner(settings, monkeypatch, capsys)("--feature", f"{WEEKS}=1")
    assert done.code == 1
    assert "`covey readiness` says why" in done.err
