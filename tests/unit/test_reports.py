"""The report page, as values and as text; a browser looks at it elsewhere."""

from __future__ import annotations

import base64
import doctest
import hashlib
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from covey.cli.answers.propensity_quality import why_lines
from covey.published.comparisons import choose_leading, compare_with_baselines
from covey.published.queries import QUERIES, read_report_rows
from covey.reports import page
from covey.reports.charts import scores, tiles
from covey.reports.content import Cards, Chart, Note, Section, Table
from covey.reports.page import build_sections, write_report
from covey.reports.sections import leaving, profit, segment_views, segments
from covey.warehouse import WarehouseError
from covey.words import feature_names, metric_words, vocabulary, wording
from unit.report_fixture import HOSTILE_ITEM, TABLES, make_check, make_published

LARGEST_BYTES = 2_000_000


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_published(tmp_path_factory.mktemp("published") / "covey.duckdb")


@pytest.fixture(scope="module")
def html(published: Path) -> str:
    return write_report(published, published.with_suffix(".html")).read_text("utf-8")


def read_sections(published: Path) -> dict[str, Section]:
    sections = build_sections(read_report_rows(published))
    return {section.section_id: section for section in sections}


def find_charts(sections: dict[str, Section]) -> list[Chart]:
    blocks = [block for section in sections.values() for block in section.blocks]
    return [block for block in blocks if isinstance(block, Chart)]


def find_data(spec: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Find every table of data that a chart carries."""
    found = list(spec.get("datasets", {}).values())
    for part in [spec, *spec.get("layer", [])]:
        found.extend(
            [part["data"]["values"]] if "values" in part.get("data", {}) else []
        )
    return found


def test_same_version_gives_the_same_bytes(published: Path, html: str) -> None:
    """Again in this process, and in another one with another hash seed."""
    again = write_report(published, published.with_name("again.html"))
    assert again.read_text("utf-8") == html
    elsewhere = published.with_name("elsewhere.html")
    script = (
        "import sys; from pathlib import Path; "
        "from covey.reports.page import write_report; "
        "write_report(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Asia/Tokyo"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    command = [sys.executable, "-c", script, str(published), str(elsewhere)]
    subprocess.run(command, check=True, env=environment)
    assert elsewhere.read_text("utf-8") == html


def test_page_is_small_enough_to_send(html: str) -> None:
    assert len(html.encode()) < LARGEST_BYTES


def test_page_points_nowhere_outside(html: str) -> None:
    """Apart from the chart library's own text, no address stands in the page."""
    parser = TagReader()
    parser.feed(html)
    addresses = [value for name, value in parser.links if name in ("src", "href")]
    outside = [item for item in addresses if not item.startswith(("#", "data:,"))]
    assert not outside
    assert "http:" not in parser.markup
    assert "https:" not in parser.markup


def test_policy_allows_exactly_the_two_scripts(html: str) -> None:
    parser = TagReader()
    parser.feed(html)
    policy = next(text for text in parser.contents if "default-src" in text)
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    allowed = re.findall(r"'sha256-([^']+)'", policy)
    hashes = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in parser.scripts
    ]
    assert hashes == allowed
    assert len(hashes) == 2


def test_hostile_names_are_escaped(html: str) -> None:
    assert HOSTILE_ITEM not in html
    assert "&lt;script&gt;document" in html
    assert "\\u003cscript\\u003e" in html
    parser = TagReader()
    parser.feed(html)
    assert len(parser.scripts) == 2


def test_a_pair_is_told_once_and_no_chance_at_all(published: Path) -> None:
    section = read_sections(published)["together"]
    assert "12.5 times as often" in section.answer
    table = next(block for block in section.blocks if isinstance(block, Table))
    assert [cell.text for cell in table.rows[0]][2:] == ["240", "40%", "12.5 times"]
    assert len(table.rows) == 1
    assert isinstance(section.blocks[0], Note)
    assert section.blocks[0].text.startswith("2 rules are more than chance, of 4")


def test_a_business_without_orders_is_not_told_what_it_lacks(published: Path) -> None:
    rows = read_report_rows(published)
    rows |= {"rfm_groups": [], "outcomes": []}
    told = {section.section_id for section in build_sections(rows)}
    assert {"rfm", "leaving"} <= told
    rows["customers"] = [{**row, "buyer_count": 0} for row in rows["customers"]]
    assert told - {one.section_id for one in build_sections(rows)} == {"rfm", "leaving"}


def test_lists_that_are_short_say_why_and_segments_what_they_stand_for(
    published: Path,
) -> None:
    blocks = read_sections(published)["wants"].blocks
    notes = [block.text for block in blocks if isinstance(block, Note)]
    assert any(
        "“New for you” is full for 600 of 600 customers. “Buy again” is full for 580 "
        "of 600 customers; the others are shorter: few things bought (20)." in note
        for note in notes
    )
    table = next(
        block
        for block in blocks
        if isinstance(block, Table) and "each segment chooses" in block.caption
    )
    texts = [[cell.text for cell in row] for row in table.rows]
    assert texts == [
        [
            "Core",
            "Shredded cheese (62%; 1.4 times); Tortilla/nacho chips (31%; 2.6 times)",
        ],
        ["Dormant", "Soft drinks 12/18&15pk can (40%; only they)"],
    ]


def test_answers_are_computed(published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        core = connection.execute(
            "select customer_share, spend_share from dim_segments "
            "where segment_rank = 1"
        ).fetchone()
        at_risk = connection.execute(
            "select sum(probability), count(*) from fct_propensity_scores "
            "where outcome_type = 'spend_drop_56d'"
        ).fetchone()
    assert core and at_risk
    sections = read_sections(published)
    assert sections["segments"].answer.startswith(
        f"“Core” is {core[0] * 100:.0f}% of customers and brings "
        f"{core[1] * 100:.0f}% of the spend"
    )
    assert sections["leaving"].answer.startswith(
        f"Of {at_risk[1]} scored customers, about {at_risk[0]:.0f} are expected to cut"
    )
    assert "6.7% better than showing what was most popular" in sections["wants"].answer
    assert "so the simple rule is used" in sections["wants"].answer
    tables = [block for block in sections["wants"].blocks if isinstance(block, Table)]
    standing = next(table for table in tables if "How the lists stand" in table.caption)
    texts = [[cell.text for cell in row] for row in standing.rows]
    assert texts[0] == ["New for you", "List quality (NDCG)", "0.107", "0.101", "A"]
    assert texts[-1][0] == "Buy again" and texts[-1][-1] == "C"
    assert sections["trust"].answer.startswith(
        "Of 5 things that were learned, 3 beat the best simple rule, 1 did about as "
        "well and 1 did worse"
    )
    assert sections["rows"].answer.startswith("No: all 1,677,842 input rows")


def test_a_segment_has_one_colour_everywhere(published: Path) -> None:
    section = read_sections(published)["segments"]
    shares = next(block for block in section.blocks if isinstance(block, Chart))
    scale = shares.spec["layer"][0]["encoding"]["color"]["scale"]
    in_chart = dict(zip(scale["domain"], scale["range"], strict=True))
    cards = next(block for block in section.blocks if isinstance(block, Cards))
    in_cards = {f"segment_{card.title.lower()}": card.colour for card in cards.cards}
    assert in_chart == in_cards
    assert len(set(in_cards.values())) == 5


def test_cards_say_what_sets_a_segment_apart_and_what_came_next(
    published: Path,
) -> None:
    section = read_sections(published)["segments"]
    cards = next(block for block in section.blocks if isinstance(block, Cards))
    said = dict(cards.cards[1].lines)
    assert said["What sets them apart"].startswith("Spend ")
    assert said["What came next"] == "Spend in the next 60 days $300 (overall $300)"
    assert said["Nearest segment"] == "Core"


def test_moves_of_a_year_are_added_up_and_small_ones_left_out(published: Path) -> None:
    charts = find_charts(read_sections(published))
    flows = next(chart for chart in charts if chart.chart_id == "segment-flows")
    assert flows.numbers
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in flows.numbers.rows}
    assert rows == {
        "From Core": ["–", "93", "–", "–", "–", "–"],
        "From Regular": ["36", "–", "45", "–", "–", "–"],
        "From segment 7": ["–", "–", "12", "–", "–", "–"],
    }
    section = read_sections(published)["segments"]
    why = next(block for block in section.blocks if isinstance(block, Table))
    assert [cell.text for cell in why.rows[0]] == ["1 Oct 2017", "44", "19"]


def test_steadiness_names_the_number_in_use(published: Path) -> None:
    charts = find_charts(read_sections(published))
    steady = next(chart for chart in charts if chart.chart_id == "segment-steadiness")
    assert steady.numbers
    heads = [column.label for column in steady.numbers.columns]
    assert heads == ["Number of segments", "4", "5 now", "6"]
    assert [cell.text for cell in steady.numbers.rows[0][1:]] == [
        "0.920",
        "0.890",
        "0.720",
    ]
    row = {
        "task": "segments",
        "protocol": "number_of_segments",
        "split": "choice_mean",
        "model": "kmeans_log_z",
        "metric": "adjusted_rand",
        "value": 0.9,
    }
    both = [{**row, "n_clusters": 4}, {**row, "n_clusters": 5}]
    assert len(segment_views.build_steadiness(5, both)) == 1
    assert not segment_views.build_steadiness(5, both[:1])
    alone = [{**row, "protocol": "ways_to_segment", "n_clusters": n} for n in (4, 5)]
    assert not segment_views.build_steadiness(5, alone)


def test_profit_is_added_up_in_the_order_of_acting(published: Path) -> None:
    """Highest score first, per 1,000 of all; to lend begins at the lowest score."""
    charts = {
        chart.chart_id: chart
        for chart in find_charts({"leaving": read_sections(published)["leaving"]})
    }
    chart = charts["profit-spend_drop_56d"]
    assert "earned $210 per 1,000 past customers, contacting all -$350" in chart.title
    _, line, mark = find_data(chart.spec)
    gains = [point["gain"] for point in line]
    assert gains[:3] == pytest.approx([0, 100, 170])
    assert gains[-1] == pytest.approx(-350)
    assert mark == [{"reach": pytest.approx(0.3), "gain": pytest.approx(210)}]
    deciles = [
        {"decile": decile, "customer_count": 5, "realised_value_amount": amount}
        for decile, amount in ((1, 20.0), (9, -30.0))
    ]
    lent = [point["gain"] for point in profit.add_up_profit(deciles, is_loan=True)]
    assert lent == pytest.approx([0, 2000, -1000])
    without_costs = [{**row, "realised_value_amount": None} for row in deciles]
    assert profit.build_profit({"is_loan": False}, without_costs, "USD") == []


def test_every_chart_has_data_words_and_a_width_of_its_own(published: Path) -> None:
    charts = find_charts(read_sections(published))
    assert len({chart.chart_id for chart in charts}) == len(charts)
    for chart in charts:
        assert all(find_data(chart.spec)), chart.chart_id
        assert chart.spec["width"] == "container"
        assert len(chart.description) > 40


@pytest.mark.parametrize("change", ["delete from", "drop table"])
@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_missing_part_is_said_in_words(
    table: str, change: str, tmp_path: Path
) -> None:
    """Without rows or without the table: six sections, and no chart without data."""
    published = make_published(tmp_path / "covey.duckdb", customer_count=40)
    with duckdb.connect(str(published)) as connection:
        connection.execute(f"{change} {table}")
    sections = read_sections(published)
    assert len(sections) == 6 + ("together" in sections)
    for section in sections.values():
        assert section.answer.endswith("."), section
        assert section.blocks
    for chart in find_charts(sections):
        assert all(find_data(chart.spec)), chart.chart_id
    assert "None" not in " ".join(section.answer for section in sections.values())


def test_what_is_left_out_is_said_with_its_reason(tmp_path: Path) -> None:
    published = make_published(tmp_path / "covey.duckdb", customer_count=40)
    row = make_check("recommendations:new_for_you", "Things: 1, at least 20", False)
    with duckdb.connect(str(published)) as connection:
        places = ", ".join("?" * len(row))
        connection.execute(f"insert into rpt_readiness values ({places})", row)
    section = read_sections(published)["readiness"]
    assert section.answer == (
        "There is too little for 1 part of 3; left out: the list “New for you”."
    )
    (table,) = section.blocks
    assert isinstance(table, Table)
    texts = [cell.text for cells in table.rows for cell in cells]
    assert texts == ["The list “New for you”", "left out", "Things: 1, at least 20"]


@pytest.mark.parametrize("customer_count", [0, 1, 2])
def test_very_few_customers(customer_count: int, tmp_path: Path) -> None:
    published = make_published(tmp_path / "covey.duckdb", customer_count)
    html = write_report(published, tmp_path / "report.html").read_text("utf-8")
    parser = TagReader()
    parser.feed(html)
    assert not re.search(r"\b(nan|None|null)\b", parser.words)
    if not customer_count:
        assert not find_charts(read_sections(published))


def test_small_groups_are_left_out(tmp_path: Path) -> None:
    """Fewer than ten people: no favourite categories, no average on the map."""
    published = make_published(tmp_path / "covey.duckdb", customer_count=9)
    sections = read_sections(published)
    labels = {
        label
        for block in sections["segments"].blocks
        if isinstance(block, Cards)
        for card in block.cards
        for label, _ in card.lines
    }
    assert labels == {"What to do"}
    groups = next(block for block in sections["rfm"].blocks if isinstance(block, Table))
    assert {row[-1].text for row in groups.rows} == {"too few"}


def test_a_balance_that_does_not_add_up_comes_first(tmp_path: Path) -> None:
    published = make_published(tmp_path / "covey.duckdb", customer_count=20)
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "update rpt_data_quality set accepted_rows = accepted_rows - 3 "
            "where table_name = 'coupons'"
        )
    section = read_sections(published)["rows"]
    assert section.answer == (
        "The balance does not add up for coupons: look into this first."
    )
    balance = next(block for block in section.blocks if isinstance(block, Table))
    assert "No: 3 missing" in {cell.text for row in balance.rows for cell in row}


def test_missing_version_leaves_the_old_page(tmp_path: Path) -> None:
    output = tmp_path / "report.html"
    output.write_text("the old page")
    with pytest.raises(WarehouseError, match="covey build"):
        write_report(tmp_path / "nowhere.duckdb", output)
    assert output.read_text() == "the old page"


def make_figure(**changes: Any) -> dict[str, Any]:
    figure = {
        "task": "propensity",
        "subject": "lapse_28d",
        "protocol": "time_forward",
        "split": "test_mean",
        "as_of_date": None,
        "model": "logistic_regression",
        "metric": "auc",
        "value": 0.85,
        "standard_error": 0.01,
        "baseline_model": "recency",
        "baseline_value": 0.75,
        "verdict": "published",
        "is_published": True,
        "run_id": "run",
    }
    return figure | changes


def test_the_best_simple_rule_is_the_one_to_beat() -> None:
    rows = [
        make_figure(),
        make_figure(baseline_model="active_week_count_90d", baseline_value=0.84),
    ]
    (comparison,) = compare_with_baselines(rows)
    assert comparison.baseline_model == "active_week_count_90d"


def test_smaller_is_better_for_errors() -> None:
    rows = [make_figure(metric="brier", value=0.08, baseline_value=0.2)]
    (comparison,) = compare_with_baselines(rows)
    assert comparison.standing == "better"


@pytest.mark.parametrize(
    ("gain_error", "standing"), [(0.001, "better"), (0.004, "same"), (None, "same")]
)
def test_difference_is_judged_by_its_own_error(
    gain_error: float | None, standing: str
) -> None:
    rows = [make_figure(value=0.755)]
    if gain_error is not None:
        rows.append(make_figure(metric="auc_gain", standard_error=gain_error))
    (comparison,) = compare_with_baselines(rows)
    assert comparison.standing == standing


def test_a_model_that_lost_is_shown_as_what_was_tried() -> None:
    """The learned model, and not another simple rule that lost to the best one."""
    lost = {"verdict": "beaten by the baseline", "is_published": False}
    rows = [
        make_figure(model="recency", value=0.75),
        make_figure(value=0.70, **lost),
        make_figure(model="recent_visits", value=0.72, **lost),
    ]
    (comparison,) = compare_with_baselines(rows)
    assert comparison.model == "logistic_regression"
    assert comparison.standing == "worse"
    assert not comparison.is_published


def test_a_model_that_won_the_test_alone_is_not_left_without_a_reason() -> None:
    (shown,) = compare_with_baselines([make_figure(value=0.9)])
    assert list(why_lines(shown)) == []
    lost = {"verdict": "beaten by the baseline", "is_published": False}
    (shown,) = compare_with_baselines([make_figure(value=0.9, **lost)])
    assert shown.standing == "better"
    assert "on validation and\nagain on the test" in "\n".join(why_lines(shown))


def test_only_test_periods_count() -> None:
    """No figure of the training rows, and none that says nothing of a model."""
    rows = [
        make_figure(split="train"),
        make_figure(metric="base_rate"),
        make_figure(value=None),
    ]
    assert compare_with_baselines(rows) == []


def test_nearer_to_the_ideal_is_better() -> None:
    rows = [make_figure(metric="calibration_slope", value=1.02, baseline_value=0.9)]
    (comparison,) = compare_with_baselines(rows)
    assert comparison.standing == "better"


def test_one_figure_speaks_for_a_subject() -> None:
    rows = [make_figure(metric=metric) for metric in ("brier", "auc", "lift")]
    (leading,) = choose_leading(compare_with_baselines(rows), "propensity")
    assert leading.metric == "auc"


def test_unknown_names_are_still_readable() -> None:
    assert vocabulary.say_outcome("will_return") == "show “will return”"
    assert vocabulary.say_model("gradient_boosting") == "gradient boosting"
    assert metric_words.describe_metric("kendall_tau").label == "Kendall tau"
    assert wording.say_money(1234.5, "CHF") == "CHF 1,234"
    assert wording.say_money(1234.5, "") == "1,234"


@pytest.mark.parametrize(
    "module",
    [
        feature_names,
        leaving,
        page,
        profit,
        scores,
        segments,
        tiles,
        vocabulary,
        wording,
    ],
)
def test_examples_in_docstrings(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


def test_queries_give_few_rows(published: Path) -> None:
    """However many customers: the page is made from totals and examples."""
    rows = read_report_rows(published)
    assert set(rows) == set(QUERIES)
    points = rows.pop("points")  # the mart has a sample
    assert len(points) <= 2000
    assert max(len(part) for part in rows.values()) < 500


class TagReader(HTMLParser):
    """Collects links, scripts that run, and the text outside of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.contents: list[str] = []
        self.scripts: list[str] = []
        self.markup = ""
        self.words = ""
        self.is_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.links.extend(values.items())
        self.contents.append(values.get("content", ""))
        self.markup += self.get_starttag_text() or ""
        self.is_script = tag == "script"
        if self.is_script and values.get("type") != "application/json":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.is_script = False

    def handle_data(self, data: str) -> None:
        if not self.is_script:
            self.markup += data
            self.words += data
        elif not data.startswith("{"):
            self.scripts[-1] += data
