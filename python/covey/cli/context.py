"""Which business a command is about, and its published file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from covey.cli.exits import NOT_FOUND, USAGE, CommandError
from covey.settings import DEFAULT_BUSINESS, Settings
from covey.warehouse import Row, fetch, open_published
from covey.words.wording import capitalise, say_date

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Published:
    """A published file, open to read.

    Attributes
    ----------
    version : dict
        The row of its ``covey_version`` table.
    """

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    version: Row

    @property
    def currency_code(self) -> str:
        """ISO code of the business's currency, empty if it has none."""
        return str(self.version["currency_code"] or "")

    @property
    def has_orders(self) -> bool:
        """Whether anybody ever bought: a business may know tastes and no money."""
        buyers = fetch(
            self.connection,
            "from dim_customers where last_order_date is not null limit 1",
        )
        return bool(buyers)


def published_settings(context: typer.Context) -> Settings:
    """Give the paths of the published business that the command is about.

    No business file is read: reading YAML would take as long as the look-up.

    Raises
    ------
    CommandError
        If several are published and none is named, or the named one is not.
    """
    project = Settings.load(DEFAULT_BUSINESS)
    business = _chosen_business(context, project)
    known = published_businesses(project.data_dir)
    if business not in known:
        others = f"; published are {', '.join(known)}" if known else ""
        raise CommandError(
            f"business {business!r} has no published version: build it with "
            f"`covey -b NAME build`{others}",
            NOT_FOUND,
        )
    return replace(project, business=business)


def open_current(context: typer.Context) -> Published:
    """Open the current version of the business that the command is about."""
    settings = published_settings(context)
    connection = open_published(settings.current_path, threads=1)
    version = fetch(connection, "from covey_version")[0]
    return Published(settings, connection, version)


def load_settings(context: typer.Context) -> Settings:
    """Load the settings of the business that the command is about."""
    project = Settings.load(DEFAULT_BUSINESS)
    return Settings.load(_chosen_business(context, project))


def published_businesses(data_dir: Path) -> list[str]:
    """Name the businesses that have a current version."""
    found = (data_dir / "warehouse").glob("*/covey.duckdb")
    return sorted(path.parent.name for path in found if path.is_file())


def heading(published: Published, subject: str) -> str:
    """Say which business an answer is about, and what it knows of."""
    as_of = say_date(published.version["as_of_date"])
    return f"{capitalise(published.settings.business)}: {subject}, as of {as_of}"


def read_date(text: str) -> date:
    """Read a date that a person typed.

    Raises
    ------
    CommandError
        If it is not one.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is not a date like 2026-03-17", USAGE) from None


def inside(settings: Settings, path: Path) -> Path:
    """Give the real path, if it stays where covey may read and write.

    That is the project, the data folder and the folder that the command runs in; a
    symbolic link is refused, wherever it leads.

    Raises
    ------
    CommandError
        If it does not.
    """
    places = [settings.project_dir, settings.data_dir, Path.cwd().resolve()]
    real = path.resolve()
    if path.is_symlink():
        raise CommandError(f"{path} is a symbolic link: name the file itself", USAGE)
    if not any(real.is_relative_to(place) for place in places):
        raise CommandError(
            f"{path} lies outside the project, the data folder and the current folder: "
            "run covey in a folder above it",
            USAGE,
        )
    return real


def _chosen_business(context: typer.Context, project: Settings) -> str:
    named: str | None = context.obj
    if named is not None:
        return named
    published = published_businesses(project.data_dir)
    if len(published) > 1:
        raise CommandError(
            f"several businesses are published ({', '.join(published)}): name one, as "
            f"in `covey -b {published[0]} {context.info_name}`",
            USAGE,
        )
    return published[0] if published else DEFAULT_BUSINESS
