"""What a report says, taken apart: sections, charts and the words of its page."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from covey.published.queries import read_report_rows
from covey.reports.content import Chart, Section
from covey.reports.page import build_sections


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
