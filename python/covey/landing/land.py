"""Land files: one immutable Parquet and one manifest per file and table."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from covey.landing.checks import (
    check_decimals,
    check_not_empty,
    check_sidecar,
    check_volume,
)
from covey.landing.declarations import TableDeclaration, read_declarations
from covey.landing.errors import LandingError
from covey.landing.find_files import FoundFile, find_files
from covey.landing.manifests import (
    LandedFile,
    exclusive,
    read_manifests,
    remove_unfinished,
    sha256_of,
    write_manifest,
)
from covey.landing.personal import protect
from covey.landing.read_files import Part, parts_of, read_part
from covey.landing.records import Records, codes_of_rows
from covey.privacy.pseudonyms import read_key
from covey.settings import Settings


@dataclass(frozen=True)
class Load:
    """One load of one table on its way in.

    Attributes
    ----------
    source_file : str
        Name that its rows carry.
    file_sha256 : str
        Of the file, or of what a database gave.
    high_water_mark : str or None
        Greatest mark of a table that is read by it.
    """

    settings: Settings
    source: str
    table: TableDeclaration
    source_file: str
    file_sha256: str
    file_bytes: int
    high_water_mark: str | None = None

    @property
    def folder(self) -> Path:
        """Where the table lands."""
        return self.settings.landed_dir / self.source / self.table.name

    def earlier(self, manifests: Sequence[LandedFile]) -> LandedFile | None:
        """Find the landing of the same bytes, if there was one."""
        for manifest in manifests:
            if (
                manifest.file_sha256 == self.file_sha256
                and manifest.source_file.partition("#")[2]
                == self.source_file.partition("#")[2]
            ):
                return manifest
        return None


def land(
    settings: Settings,
    source: str,
    path: Path,
    *,
    table_name: str = "",
    accept_volume: bool = False,
) -> Iterator[LandedFile]:
    """Land a file, or every file of a folder that is named after a declared table.

    Landing the same bytes twice does nothing: the earlier manifest comes back with
    ``is_new`` false. If the source was declared anew meanwhile, the file lands again
    in the place that it had.

    Parameters
    ----------
    settings : Settings
    source : str
    path : Path
    table_name : str
        The table, if the names of the files do not say.
    accept_volume : bool
        Whether a load may have far fewer or more rows than the one before.

    Yields
    ------
    LandedFile
        One per file and sheet, in the order of their names, as soon as it is written.

    Raises
    ------
    LandingError
        If no file matches a declared table, or one does not fit its declaration.
    UnreadableFileError
        If a file is broken.
    MissingKeyError
        If a real business has no key.
    """
    tables = read_declarations(settings.project_dir, source)
    key = read_key(settings)
    found, others = find_files(path, tables, table_name)
    left = tuple(f"{other.name} matches no table: left out" for other in others)
    with exclusive(settings.landed_dir / source):
        for table in {each.table.name for each in found}:
            remove_unfinished(settings.landed_dir / source / table)
        for each in found:
            for landed in _land_file(settings, source, each, key, accept_volume):
                yield replace(landed, warnings=(*left, *landed.warnings))
                left = ()


def _land_file(
    settings: Settings, source: str, found: FoundFile, key: bytes, accept_volume: bool
) -> Iterator[LandedFile]:
    before = found.path.stat()
    file_sha256 = sha256_of(found.path)
    check_sidecar(found.path, file_sha256)
    for part in parts_of(found.path, found.table):
        load = Load(
            settings, source, found.table, part.name, file_sha256, before.st_size
        )
        manifests = read_manifests(load.folder)
        earlier = load.earlier(manifests)
        if earlier and earlier.declaration == found.table.fingerprint:
            yield earlier
            continue
        records = _read_checked(part, found.table)
        if not accept_volume and not earlier:
            check_volume(part.name, len(records), found.table, manifests)
        after = found.path.stat()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise LandingError(
                f"{part.name} changed while it was read: land it when it is whole"
            )
        load_id = earlier.load_id if earlier else next_load_id(load, manifests)
        yield write_load(load, load_id, records, key, accept_volume)


def _read_checked(part: Part, table: TableDeclaration) -> Records:
    records = read_part(part, table)
    check_not_empty(part.name, records, table)
    check_decimals(part.name, records, table)
    return records


def next_load_id(load: Load, manifests: Sequence[LandedFile]) -> str:
    """Name a load by its place in the order of landing, and by what it is."""
    last = max((int(each.load_id.split("_")[0]) for each in manifests), default=0)
    return f"{last + 1:06d}_{load.file_sha256[:12]}"


def write_load(
    load: Load, load_id: str, records: Records, key: bytes, accept_volume: bool
) -> LandedFile:
    """Write what passes the door, what stays behind it, and the manifest last."""
    settings, table, count = load.settings, load.table, len(records)
    protected = protect(records, table, load.source, key)
    if protected.private is not None:
        private = settings.private_dir / load.source / table.name
        _write_parquet(protected.private, private / f"{load_id}.parquet", 0o600)
    rows = (
        protected.landed.append_column("load_id", pa.repeat(load_id, count))
        .append_column("source_file", pa.repeat(load.source_file, count))
        .append_column("source_row", pa.array(records.source_rows))
        .append_column("landing_faults", codes_of_rows(records.faults, count))
        .append_column("landing_notes", codes_of_rows(protected.notes, count))
    )
    target = load.folder / f"{load_id}.parquet"
    _write_parquet(rows, target, 0o644)
    noted = {code: int(mask.sum()) for code, mask in protected.notes.items()}
    faults = {code: int(mask.sum()) for code, mask in records.faults.items()}
    landed = LandedFile(
        source=load.source,
        table_name=table.name,
        load_id=load_id,
        source_file=load.source_file,
        file_sha256=load.file_sha256,
        parquet_sha256=sha256_of(target),
        file_bytes=load.file_bytes,
        input_rows=count,
        fault_rows=len(records.faulty),
        declaration=table.fingerprint,
        high_water_mark=load.high_water_mark,
        is_volume_accepted=accept_volume,
        warnings=(
            *records.warnings,
            *(f"{n:,} rows with {code}: rejected" for code, n in faults.items()),
            *(f"{n:,} rows with {code}: noted" for code, n in noted.items()),
        ),
    )
    write_manifest(landed, target.with_suffix(".json"))
    return landed


def _write_parquet(rows: pa.Table, path: Path, mode: int) -> None:
    """Write a file that nobody else can read before it has its mode, and then whole."""
    folder_mode = 0o700 if mode == 0o600 else 0o755
    path.parent.mkdir(parents=True, exist_ok=True, mode=folder_mode)
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        pq.write_table(rows, file, compression="zstd")
    unfinished.chmod(mode)
    unfinished.replace(path)
