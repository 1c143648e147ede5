"""One builder per business at a time.

The lock is the kernel's (``flock``), so ``kill -9`` frees it; the file's content only
tells a second builder whom it is waiting for.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from covey.publish.errors import BusyError

LOCK_NAME = "build.lock"


@contextmanager
def exclusive(warehouse_dir: Path) -> Iterator[None]:
    """Hold the lock of one warehouse folder, which is made if it is missing.

    Raises
    ------
    BusyError
        If a living process holds it; the message names its pid.
    """
    warehouse_dir.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(warehouse_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            raise BusyError(
                f"process {pid or 'unknown'} is building or publishing "
                f"{warehouse_dir.name!r}: wait for it, or stop it"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
