"""The report in a real browser without a network: everything drawn, nothing asked for.

The page is opened from the disk in headless Chromium. Its log of the network is read
afterwards, and a page that does ask for something shows that the log would tell.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

from covey.published.queries import read_report_rows
from covey.reports.content import Chart
from covey.reports.page import build_sections, write_report
from unit.report_fixture import make_published
from unit.report_tables import HOSTILE_ITEM

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
    "--virtual-time-budget=20000",
    "--dump-dom",
]
# How the log names what Chromium asks for by itself, such as its own updates.
BROWSER_ITSELF = "not an origin"


@dataclass
class Opened:
    """What became of a page: its final text, its complaints and its requests."""

    dom: str
    complaints: list[str]
    requests: list[str]


@dataclass
class ChartReader(HTMLParser):
    """Counts the marks that each chart really drew."""

    marks: dict[str, list[str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    chart: str = ""
    is_mark: list[bool] = field(default_factory=list)
    title: str = ""
    is_title: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "data-chart" in values:
            self.chart = values["data-chart"] or ""
            self.marks[self.chart] = []
            self.states[self.chart] = values.get("data-drawn") or "never"
        if tag == "g":
            names = (values.get("class") or "").split()
            is_inside = bool(self.is_mark) and self.is_mark[-1]
            self.is_mark.append(is_inside or "role-mark" in names)
        is_drawn = tag in ("path", "text", "line") and self.is_mark and self.is_mark[-1]
        if is_drawn and "background" not in (values.get("class") or ""):
            self.marks[self.chart].append(
                values.get("d") or values.get("transform") or ""
            )
        self.is_title = tag == "title" and not self.title

    def handle_endtag(self, tag: str) -> None:
        self.is_title = False
        if tag == "g" and self.is_mark:
            self.is_mark.pop()

    def handle_data(self, data: str) -> None:
        if self.is_title:
            self.title += data


@pytest.fixture(scope="module")
def chromium() -> str:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: .ci/run installs Debian's package")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    return CHROMIUM


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    published = make_published(folder / "covey.duckdb")
    return write_report(published, folder / "report.html")


def open_in_browser(
    chromium: str, page: Path, folder: Path, width: int = 1280
) -> Opened:
    """Open a page in a browser that has no network and no history."""
    log = folder / "network.json"
    finished = subprocess.run(
        [
            chromium,
            *FLAGS,
            f"--user-data-dir={folder / 'profile'}",
            f"--log-net-log={log}",
            f"--window-size={width},2000",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    complaints = re.findall(r":CONSOLE[:(]\d+\)?\] (.*)", finished.stderr)
    return Opened(finished.stdout, complaints, read_requests(log))


def read_requests(log: Path) -> list[str]:
    """List the addresses that pages asked for, by the browser's own log."""
    record = json.loads(log.read_text())
    kinds = {
        number: name for name, number in record["constants"]["logEventTypes"].items()
    }
    assert "URL_REQUEST_START_JOB" in kinds.values()
    return [
        event["params"]["url"]
        for event in record["events"]
        if kinds[event["type"]] == "URL_REQUEST_START_JOB"
        and event.get("params", {}).get("url")
        and event["params"].get("initiator") != BROWSER_ITSELF
    ]


def read_charts(dom: str) -> ChartReader:
    reader = ChartReader()
    reader.feed(dom)
    return reader


@pytest.fixture(scope="module")
def opened(
    chromium: str, page: Path, tmp_path_factory: pytest.TempPathFactory
) -> Opened:
    return open_in_browser(chromium, page, tmp_path_factory.mktemp("browser"))


def test_every_chart_is_drawn(opened: Opened, page: Path) -> None:
    sections = build_sections(read_report_rows(page.with_name("covey.duckdb")))
    expected = {
        f"{block.chart_id}-spec"
        for section in sections
        for block in section.blocks
        if isinstance(block, Chart)
    }
    charts = read_charts(opened.dom)
    assert set(charts.marks) == expected
    assert set(charts.states.values()) == {"yes"}
    empty = [name for name, marks in charts.marks.items() if len(marks) < 2]
    assert not empty
    broken = {
        name: [mark for mark in marks if not mark or "NaN" in mark]
        for name, marks in charts.marks.items()
    }
    assert not any(broken.values()), broken


def test_browser_has_nothing_to_complain_about(opened: Opened) -> None:
    assert opened.complaints == []


def test_nothing_is_requested(opened: Opened) -> None:
    assert opened.requests == []


def test_hostile_item_names_are_only_text(opened: Opened) -> None:
    assert read_charts(opened.dom).title == "Grocery: customers on 1 December 2017"
    assert HOSTILE_ITEM not in opened.dom
    assert "&lt;script&gt;document.title='owned'&lt;/script&gt;" in opened.dom


def test_charts_are_drawn_on_a_phone(chromium: str, page: Path, tmp_path: Path) -> None:
    phone = open_in_browser(chromium, page, tmp_path, width=400)
    charts = read_charts(phone.dom)
    assert set(charts.states.values()) == {"yes"}
    assert all(charts.marks.values())
    assert phone.complaints == []


def test_a_request_would_be_noticed(chromium: str, page: Path, tmp_path: Path) -> None:
    """The same page without its policy, and with an image from elsewhere."""
    html = re.sub(
        r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text()
    )
    image = '<img src="http://report.invalid/pixel.png" alt="">'
    leaky = tmp_path / "leaky.html"
    leaky.write_text(html.replace("</header>", f"</header>{image}", 1))
    opened = open_in_browser(chromium, leaky, tmp_path)
    assert opened.requests == ["http://report.invalid/pixel.png"]


def test_policy_stops_what_escaping_might_miss(
    chromium: str, page: Path, tmp_path: Path
) -> None:
    """With the policy, neither an image nor a script that got in does anything."""
    injected = '<img src="http://report.invalid/pixel.png" alt="">' + HOSTILE_ITEM
    attacked = tmp_path / "attacked.html"
    html = page.read_text().replace("</header>", f"</header>{injected}", 1)
    attacked.write_text(html)
    opened = open_in_browser(chromium, attacked, tmp_path)
    assert opened.requests == []
    assert read_charts(opened.dom).title == "Grocery: customers on 1 December 2017"
    assert len(opened.complaints) == 2
