"""One manifest per landed file, and what it vouches for."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from covey.landing.errors import LandingError
from covey.settings import Settings

_NOT_KEPT = ("is_new", "warnings")
_LOCK_NAME = ".landing.lock"


@dataclass(frozen=True)
class LandedFile:
    """What landing one file did; without the last two it is the manifest.

    Attributes
    ----------
    file_sha256, parquet_sha256 : str
        Of the file as it came, and of what was landed of it.
    fault_rows : int
        Rows that could not be read whole; staging rejects them.
    declaration : str
        Hash of what the source declared when it landed.
    high_water_mark : str or None
        Greatest mark so far, of a table that is read by it.
    is_volume_accepted : bool
        Whether a person waved its number of rows through.
    """

    source: str
    table_name: str
    load_id: str
    source_file: str
    file_sha256: str
    parquet_sha256: str
    file_bytes: int
    input_rows: int
    fault_rows: int = 0
    declaration: str = ""
    high_water_mark: str | None = None
    is_volume_accepted: bool = False
    is_new: bool = True
    warnings: tuple[str, ...] = ()


def sha256_of(path: Path) -> str:
    """Give the sha256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifests(folder: Path) -> list[LandedFile]:
    """Read the manifests of a landed table, in the order of landing.

    Raises
    ------
    LandingError
        If one is broken.
    """
    return [_read_manifest(path) for path in sorted(folder.glob("*.json"))]


def write_manifest(landed: LandedFile, path: Path) -> None:
    """Write the manifest last and whole: a file without one has not landed."""
    content = {
        name: value for name, value in asdict(landed).items() if name not in _NOT_KEPT
    }
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


def verify_landed(settings: Settings, sources: Sequence[str]) -> int:
    """Hash what has landed again, and hold it against the manifests.

    What a killed landing left without a manifest has not landed: it is removed, unless
    a landing is going on.

    Parameters
    ----------
    settings : Settings
    sources : sequence of str

    Returns
    -------
    int
        How many files are as they landed.

    Raises
    ------
    LandingError
        If a landed file is missing, or another one than landed.
    """
    count = 0
    for source in sources:
        folder = settings.landed_dir / source
        if not folder.is_dir():
            continue
        with exclusive(folder, must=False) as is_mine:
            for table in sorted(path for path in folder.iterdir() if path.is_dir()):
                if is_mine:
                    remove_unfinished(table)
                for manifest in read_manifests(table):
                    _verify(table / f"{manifest.load_id}.parquet", manifest)
                    count += 1
    return count


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed landing left of a table; the caller holds the lock."""
    for path in [*folder.glob("*.unfinished"), *folder.glob("*.parquet")]:
        if path.suffix == ".unfinished" or not path.with_suffix(".json").exists():
            path.unlink(missing_ok=True)


@contextmanager
def exclusive(folder: Path, must: bool = True) -> Iterator[bool]:
    """Hold the lock of a landed source; the kernel frees it if the process dies.

    Raises
    ------
    LandingError
        If another process lands into it and it ``must`` be ours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / _LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if must:
                raise LandingError(
                    f"another process is landing into {folder.name}: wait for it"
                ) from None
            yield False
            return
        yield True
    finally:
        os.close(descriptor)


def _verify(path: Path, manifest: LandedFile) -> None:
    remedy = (
        f"land {manifest.source_file} again into {manifest.source} after removing "
        f"{path.with_suffix('.json').name}"
    )
    if not path.is_file():
        raise LandingError(f"{path} is missing: {remedy}")
    if sha256_of(path) != manifest.parquet_sha256:
        raise LandingError(f"{path} is not what was landed (sha256): {remedy}")


def _read_manifest(path: Path) -> LandedFile:
    try:
        return LandedFile(**json.loads(path.read_text(encoding="utf-8")), is_new=False)
    except (ValueError, TypeError) as error:
        raise LandingError(
            f"{path} is no manifest: remove it and land its file again"
        ) from error
