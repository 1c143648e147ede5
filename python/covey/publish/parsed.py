"""What dbt read of the project, kept beside it for the next data folder.

dbt keeps it in its target folder and reads the whole project again for a new one: five
CPU seconds of a small build. It is the same wherever the data are, since dbt runs in
the data folder and knows no other path to them. What is kept may be stale: dbt reads
the files that changed, and everything if the vars, the profile or dbt did.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgpack

from covey.settings import Settings

_NAME = "partial_parse.msgpack"


@contextmanager
def shared_parse(settings: Settings, target_dir: Path) -> Iterator[None]:
    """Lend a new target folder what the last run read, and keep what this one reads.

    Parameters
    ----------
    settings : Settings
        The business; each keeps its own, as its vars say which models there are.
    target_dir : Path
        Where dbt reads and writes what it parsed, somewhere in the data folder.
    """
    own = target_dir / _NAME
    kept = settings.project_dir / "target" / own.relative_to(settings.data_dir)
    if not _is_of(settings.project_dir, own):
        own.unlink(missing_ok=True)
        if _is_of(settings.project_dir, kept):
            _copy(kept, own)
    before = _written_at(own)
    yield
    if _written_at(own) != before:
        _copy(own, kept)


def _is_of(project_dir: Path, parsed: Path) -> bool:
    """Whether it was read here: dbt loads seeds from where it read them first."""
    here: bytes = msgpack.packb(str(project_dir))
    return parsed.is_file() and here in parsed.read_bytes()


def _written_at(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


def _copy(source: Path, copy: Path) -> None:
    """Copy all of a file or nothing: it only saves time."""
    part = copy.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, part)
        part.replace(copy)
