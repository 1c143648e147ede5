"""A source of its own, to put bad files before the door of."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from covey.landing import LandedFile, land
from covey.settings import Settings

SOURCE = "till"
COLUMNS = ("id", "name", "amount")


@dataclass(frozen=True)
class Door:
    """A project with one source, and a folder where files arrive."""

    settings: Settings
    inbox: Path

    @classmethod
    def at(cls, folder: Path) -> Door:
        """Make one in an empty folder, with a table ``sales`` of three columns."""
        (folder / "inbox").mkdir()
        settings = Settings(SOURCE, folder, folder, {"is_demo": True})
        door = cls(settings, folder / "inbox")
        door.declare("sales", [{"name": name} for name in COLUMNS])
        return door

    def declare(self, table: str, columns: list[dict[str, Any]], **meta: Any) -> None:
        """Declare the source's only table."""
        described = {"name": table, "columns": columns, "config": {"meta": meta}}
        content = {"sources": [{"name": SOURCE, "tables": [described]}]}
        file = self.settings.project_dir / f"models/staging/{SOURCE}"
        file.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(content)
        (file / f"_{SOURCE}__sources.yml").write_text(text, encoding="utf-8")

    def put(self, content: str | bytes, name: str = "sales.csv") -> Path:
        """Let a file arrive."""
        data = content if isinstance(content, bytes) else content.encode()
        path = self.inbox / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    def land(
        self,
        content: str | bytes | None = None,
        name: str = "sales.csv",
        **options: Any,
    ) -> LandedFile:
        """Land one file, which arrives now if it has content."""
        path = self.inbox / name if content is None else self.put(content, name)
        (landed,) = land(self.settings, SOURCE, path, **options)
        return landed

    def rows(self, landed: LandedFile) -> pa.Table:
        """What was landed."""
        return pq.read_table(self._path(self.settings.landed_dir, landed))

    def private(self, landed: LandedFile) -> list[dict[str, Any]]:
        """What stays behind the door."""
        path = self._path(self.settings.private_dir, landed)
        assert path.stat().st_mode & 0o777 == 0o600
        return pq.read_table(path).to_pylist()

    def landed_files(self) -> list[Path]:
        """Every landed Parquet file."""
        return sorted(self.settings.landed_dir.rglob("*.parquet"))

    @staticmethod
    def _path(root: Path, landed: LandedFile) -> Path:
        return root / SOURCE / landed.table_name / f"{landed.load_id}.parquet"


@contextmanager
def new_door() -> Iterator[Door]:
    """Make a door for one example of a property."""
    with tempfile.TemporaryDirectory() as folder:
        yield Door.at(Path(folder))


def values(rows: pa.Table, *columns: str) -> list[tuple[Any, ...]]:
    """The named columns as tuples, row by row."""
    return list(zip(*(rows[name].to_pylist() for name in columns), strict=True))
