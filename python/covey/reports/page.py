"""The report: one HTML page that needs no network, no server and no manual."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from covey.published.comparisons import (
    Comparison,
    compare_with_baselines,
    order_comparisons,
)
from covey.published.queries import ReportRows, read_report_rows
from covey.reports.charts.palette import choose_segment_colours
from covey.reports.content import Section
from covey.reports.sections.balance import build_balance_section
from covey.reports.sections.headlines import build_headlines
from covey.reports.sections.leaving import build_leaving_section
from covey.reports.sections.readiness import build_readiness_section
from covey.reports.sections.rfm import build_rfm_section
from covey.reports.sections.segments import build_segments_section
from covey.reports.sections.together import build_together_section
from covey.reports.sections.trust import build_trust_section
from covey.reports.sections.wants import MAIN_LIST, build_wants_section
from covey.words.glossary import GLOSSARY
from covey.words.wording import say_date, say_name

TEMPLATES = "templates"


def write_report(published: Path, output: Path) -> Path:
    """Write the report page of a published database.

    Parameters
    ----------
    published : Path
        A published database, such as ``warehouse/grocery/covey.duckdb``.
    output : Path
        The HTML file to write; its folder is made. An existing page is replaced as a
        whole or not at all.

    Returns
    -------
    Path
        `output`. The page holds everything that it shows and fetches nothing. The
        same published file gives the same bytes.

    Raises
    ------
    covey.warehouse.WarehouseError
        If the published database is missing or cannot be read.

    Examples
    --------
    >>> write_report(Path("warehouse/grocery/covey.duckdb"), Path("report.html"))
    ... # doctest: +SKIP
    """
    html = render_page(read_report_rows(published))
    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = output.with_name(f".{output.name}.unfinished")
    unfinished.write_text(html, encoding="utf-8")
    unfinished.replace(output)
    return output


def build_sections(rows: ReportRows) -> list[Section]:
    """Build what the page says, from top to bottom.

    Parameters
    ----------
    rows : ReportRows
        What was read from the published database.

    Returns
    -------
    list of Section
        A part without data says so, unless the business has no orders and it never
        will. What is bought together stands there if there are rules, and what the
        records do not carry if anything is left out.
    """
    currency_code = _read_version(rows)["currency_code"]
    colours = choose_segment_colours(rows["segments"])
    comparisons = read_comparisons(rows)
    return [
        build_segments_section(rows, colours, currency_code),
        *build_rfm_section(rows, currency_code),
        *build_leaving_section(rows, comparisons, colours, currency_code),
        build_wants_section(rows, comparisons, colours, currency_code),
        *build_together_section(rows),
        build_trust_section(comparisons, rows["quality"]),
        build_balance_section(rows, currency_code),
        *build_readiness_section(rows),
    ]


def read_comparisons(rows: ReportRows) -> list[Comparison]:
    """Compare every figure; the business's first outcome and main list lead."""
    first_outcomes = [row["outcome_type"] for row in rows["customers"]]
    return order_comparisons(
        compare_with_baselines(rows["quality"]), [*first_outcomes, MAIN_LIST]
    )


def render_page(rows: ReportRows) -> str:
    """Turn rows into the whole page.

    Parameters
    ----------
    rows : ReportRows
        What was read from the published database.

    Returns
    -------
    str
        HTML. A content security policy in it allows exactly the two scripts that it
        carries, by their hashes, and no request.
    """
    version = _read_version(rows)
    sections = build_sections(rows)
    library, drawing = load_chart_library(), _load_text("page.js.j2")
    environment = Environment(
        loader=PackageLoader("covey.reports", TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["embed_json"] = embed_json
    return environment.get_template("page.html.j2").render(
        business=version["business"],
        title=say_name(version["business"]).capitalize(),
        as_of=say_date(version["as_of_date"]),
        version=version,
        headlines=build_headlines(
            rows, read_comparisons(rows), version["currency_code"]
        ),
        sections=sections,
        glossary=GLOSSARY,
        style=Markup(_load_text("page.css")),
        library=Markup(library),
        drawing=Markup(drawing),
        script_hashes=[_hash_script(script) for script in (library, drawing)],
    )


@cache
def load_chart_library() -> str:
    """Bundle Vega, Vega-Lite and Vega-Embed as one script, for inlining.

    Raises
    ------
    ValueError
        If the script could end its own element early.
    """
    major, minor, *_ = alt.SCHEMA_VERSION.removeprefix("v").split(".")
    library = vl_convert.javascript_bundle(
        "window.vegaEmbed = vegaEmbed;", vl_version=f"{major}.{minor}"
    )
    if "</script" in library.lower() or "<!--" in library:
        raise ValueError("the chart library cannot stand in an HTML script element")
    return str(library).replace("\r\n", "\n")


def embed_json(value: Any) -> Markup:
    r"""Write a value as JSON that cannot end its script element.

    Examples
    --------
    >>> print(embed_json({"name": "</script>"}))
    {"name":"\u003c/script\u003e"}
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _hash_script(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _load_text(name: str) -> str:
    text = files("covey.reports").joinpath(TEMPLATES, name).read_text("utf-8")
    return text.strip()


def _read_version(rows: ReportRows) -> dict[str, Any]:
    unknown = {
        "business": "unknown business",
        "version": "unknown",
        "as_of_date": None,
        "currency_code": "",
        "time_zone": "unknown",
        "sources": "unknown",
        "covey_version": "unknown",
    }
    known: Sequence[dict[str, Any]] = rows["version"]
    stated = known[0] if known else {}
    return unknown | {name: text for name, text in stated.items() if text is not None}
