"""The kept versions of a business, and which one readers get.

``covey.duckdb`` is a second hard link to one of ``published/<version>.duckdb``. It is
only ever replaced by a rename, which a reader sees whole or not at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from covey.publish.errors import PublishError, UnknownVersionError
from covey.publish.files import flush, link_or_copy
from covey.publish.locking import exclusive
from covey.publish.state import drop_unpublished
from covey.settings import Settings
from covey.warehouse import WarehouseError, fetch_table, open_published

KEPT_VERSIONS = 5
CURRENT, PREVIOUS = "current", "previous"
_FILE_NAME = re.compile(r"(\d{4,})_(\d{8})_([0-9a-f]{8})\.duckdb")
_UNFINISHED = ".part"


@dataclass(frozen=True)
class Version:
    """One published database.

    Attributes
    ----------
    name : str
        ``<sequence>_<as_of yyyymmdd>_<fingerprint>``.
    as_of_date : date
        Everything before the local start of this day is known to it.
    is_current : bool
        Whether readers get this one.
    """

    name: str
    sequence: int
    as_of_date: date
    fingerprint: str
    path: Path
    is_current: bool

    @property
    def size_bytes(self) -> int:
        """Size of the file."""
        return self.path.stat().st_size

    @property
    def published_at(self) -> datetime:
        """When it was written, for people: no table depends on it."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)


def versions(settings: Settings) -> list[Version]:
    """List the kept versions, the newest first."""
    current = _current_name(settings)
    found = []
    for path in settings.published_dir.glob("*.duckdb"):
        match = _FILE_NAME.fullmatch(path.name)
        if match:
            sequence, as_of, fingerprint = match.groups()
            day = date(int(as_of[:4]), int(as_of[4:6]), int(as_of[6:]))
            is_current = path.stem == current
            found.append(
                Version(path.stem, int(sequence), day, fingerprint, path, is_current)
            )
    return sorted(found, key=lambda version: version.sequence, reverse=True)


def current_version(settings: Settings) -> Version | None:
    """Give the version that readers get, if there is one."""
    return next((one for one in versions(settings) if one.is_current), None)


def version_with(settings: Settings, fingerprint: str) -> Version | None:
    """Give the newest or the current version, if it has these inputs.

    Inputs that went back to those of an older version make a new one.
    """
    kept = versions(settings)
    candidates = [*kept[:1], *(one for one in kept if one.is_current)]
    fitting = (one for one in candidates if one.fingerprint == fingerprint)
    return next(fitting, None)


def find_version(settings: Settings, name: str) -> Version:
    """Find a kept version.

    Parameters
    ----------
    name : str
        Its name, or as much of its start as is unique; ``current``, or ``previous``,
        the one before the current one.

    Raises
    ------
    UnknownVersionError
        If no kept version fits, or several do.
    """
    kept = versions(settings)
    if name in (CURRENT, PREVIOUS):
        current = next((one for one in kept if one.is_current), None)
        older = [one for one in kept if current and one.sequence < current.sequence]
        chosen = current if name == CURRENT else next(iter(older), None)
        if chosen is None:
            what = (
                "current version"
                if name == CURRENT
                else "version before the current one"
            )
            raise UnknownVersionError(f"business {settings.business!r} has no {what}")
        return chosen
    fitting = [one for one in kept if one.name.startswith(name)]
    exact = [one for one in kept if one.name == name]
    if len(exact or fitting) != 1:
        known = ", ".join(one.name for one in kept) or "none"
        count = "no version fits" if not fitting else "several versions fit"
        raise UnknownVersionError(f"{count} {name!r}: there are {known}")
    return (exact or fitting)[0]


def version_name(sequence: int, as_of_date: date, fingerprint: str) -> str:
    """Name a version.

    Examples
    --------
    >>> version_name(12, date(2017, 12, 3), "8c7b1a2f")
    '0012_20171203_8c7b1a2f'
    """
    return f"{sequence:04d}_{as_of_date:%Y%m%d}_{fingerprint}"


def unfinished_path(settings: Settings, name: str) -> Path:
    """Give the name under which a version is written; no reader opens it."""
    return settings.published_dir / f"{name}{_UNFINISHED}"


def rollback(settings: Settings, name: str | None = None) -> Version:
    """Give readers an earlier version, or any kept one by name.

    Parameters
    ----------
    name : str, optional
        The name, or as much of its start as is unique; the version before the
        current one if it is left out.

    Raises
    ------
    UnknownVersionError
        If no kept version fits.
    BusyError
        If a build is going on.
    """
    with exclusive(settings.warehouse_dir):
        recover(settings)
        chosen = find_version(settings, PREVIOUS if name is None else name)
        if name_inside(chosen.path) != chosen.name:
            raise PublishError(f"{chosen.path} is damaged: choose another version")
        make_current(settings, chosen.path)
    return next(one for one in versions(settings) if one.name == chosen.name)


def make_current(settings: Settings, path: Path) -> None:
    """Swap what readers get, in one step that cannot be half done."""
    link = settings.current_path.with_name(settings.current_path.name + _UNFINISHED)
    link_or_copy(path, link)
    link.replace(settings.current_path)
    link.unlink(missing_ok=True)  # renaming a file onto itself leaves both names
    flush(settings.warehouse_dir)


def keep_version(settings: Settings, path: Path, name: str) -> None:
    """Give the current file its place among the kept versions, then drop the oldest."""
    path.replace(settings.published_dir / f"{name}.duckdb")
    for version in versions(settings)[KEPT_VERSIONS:]:
        version.path.unlink()
    flush(settings.published_dir)


def recover(settings: Settings) -> None:
    """Finish or clear what a killed publication left behind; needs the lock."""
    settings.published_dir.mkdir(parents=True, exist_ok=True)
    name = _current_name(settings)
    if name and not (settings.published_dir / f"{name}.duckdb").exists():
        unfinished = unfinished_path(settings, name)
        link_or_copy(settings.current_path, unfinished)
        unfinished.replace(settings.published_dir / f"{name}.duckdb")
    last = max((one.sequence for one in versions(settings)), default=0)
    drop_unpublished(settings, last)
    for folder in (settings.published_dir, settings.warehouse_dir):
        for leftover in folder.glob(f"*{_UNFINISHED}*"):
            leftover.unlink()


def _current_name(settings: Settings) -> str | None:
    """Name the version that readers get: by its file, or else by what it says."""
    current = settings.current_path
    if not current.is_file():
        return None
    for path in settings.published_dir.glob("*.duckdb"):
        if current.samefile(path):
            return path.stem
    return name_inside(current)


def name_inside(path: Path) -> str | None:
    """Read which version a file says that it is; a damaged file says nothing."""
    try:
        connection = open_published(path)
    except WarehouseError:
        return None
    try:
        return str(fetch_table(connection, "covey_version")[0]["version"])
    except (WarehouseError, LookupError):
        return None
    finally:
        connection.close()
