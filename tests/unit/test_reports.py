"""The report page, as values and as text; a browser looks at it elsewhere."""

from __future__ import annotations

import base64
import doctest
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from covey.published.queries import QUERIES, read_report_rows
from covey.reports import page
from covey.reports.charts import scores, tiles
from covey.reports.content import Cards, Chart, Note, Table
from covey.reports.page import write_report
from covey.reports.sections import leaving, profit, segment_views, segments
from covey.words import feature_names, metric_words, vocabulary, wording
from unit.report_fixture import make_published
from unit.report_reading import TagReader, find_charts, find_data, read_sections
from unit.report_tables import HOSTILE_ITEM

LARGEST_BYTES = 2_000_000


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_published(tmp_path_factory.mktemp("published") / "covey.duckdb")


@pytest.fixture(scope="module")
def html(published: Path) -> str:
    return write_report(published, published.with_suffix(".html")).read_text("utf-8")


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
