"""Land files: one immutable Parquet and one manifest per file and table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from covey.landing.declarations import TableDeclaration, read_declarations
from covey.landing.read_files import read_file
from covey.privacy.pseudonyms import pseudonym, read_key
from covey.settings import Settings


class LandingError(ValueError):
    """A file does not fit its declaration; the message names file and column."""


@dataclass(frozen=True)
class LandedFile:
    """What landing one file did; without ``is_new`` it is the manifest."""

    source: str
    table_name: str
    load_id: str
    source_file: str
    file_sha256: str
    parquet_sha256: str
    file_bytes: int
    input_rows: int
    is_new: bool = True


def land(settings: Settings, source: str, path: Path) -> Iterator[LandedFile]:
    """Land a file, or every file of a folder that is named after a declared table.

    Landing the same bytes twice does nothing: the earlier manifest comes back with
    ``is_new`` false.

    Yields
    ------
    LandedFile
        One per file, in the order of their names, as soon as it is written.

    Raises
    ------
    LandingError
        If no file matches a declared table, or a declared column is missing.
    UnreadableFileError
        If a file is broken.
    MissingKeyError
        If a real business has no key.
    """
    declarations = read_declarations(settings.project_dir, source)
    key = read_key(settings)
    files = [path] if path.is_file() else sorted(path.glob("*"))
    files = [file for file in files if file.stem in declarations and file.is_file()]
    if not files:
        known = ", ".join(f"{name}.csv" for name in declarations)
        raise LandingError(f"nothing to land in {path}: {source} expects {known}")
    for file in files:
        yield _land_file(settings, source, declarations[file.stem], file, key)


def _land_file(
    settings: Settings, source: str, table: TableDeclaration, file: Path, key: bytes
) -> LandedFile:
    folder = settings.landed_dir / source / table.name
    file_sha256 = sha256_of(file)
    manifests = [_read_manifest(each) for each in sorted(folder.glob("*.json"))]
    for manifest in manifests:
        if manifest.file_sha256 == file_sha256:
            return manifest
    rows, record_count = read_file(file)
    missing = [name for name in table.columns if name not in rows.column_names]
    if missing:
        raise LandingError(f"{file.name} has no column {', '.join(missing)}")
    load_id = f"{len(manifests) + 1:06d}_{file_sha256[:12]}"
    rows = rows.select(table.columns)
    for column in table.pseudonym_columns:
        rows = _with_pseudonyms(rows, column, source, key)
    if table.contact_columns:
        private = settings.private_dir / source / table.name
        kept = [*table.pseudonym_columns, *table.contact_columns]
        _write_parquet(rows.select(kept), private / f"{load_id}.parquet", 0o600)
        rows = rows.drop_columns(list(table.contact_columns))
    rows = (
        rows.append_column("load_id", pa.repeat(load_id, record_count))
        .append_column("source_file", pa.repeat(file.name, record_count))
        .append_column("source_row", pa.array(range(1, record_count + 1), pa.int64()))
        .append_column("landing_faults", pa.nulls(record_count, pa.string()))
        .append_column("landing_notes", pa.nulls(record_count, pa.string()))
    )
    target = folder / f"{load_id}.parquet"
    _write_parquet(rows, target, 0o644)
    landed = LandedFile(
        source,
        table.name,
        load_id,
        file.name,
        file_sha256,
        sha256_of(target),
        file.stat().st_size,
        record_count,
    )
    _write_manifest(landed, target.with_suffix(".json"))
    return landed


def _with_pseudonyms(rows: pa.Table, column: str, source: str, key: bytes) -> pa.Table:
    """Replace the ids of one column; an absent id stays absent."""
    ids = pc.dictionary_encode(rows[column].cast(pa.string())).combine_chunks()
    pseudonyms = [
        pseudonym(key, source, value) if value else value
        for value in ids.dictionary.to_pylist()
    ]
    replaced = pa.DictionaryArray.from_arrays(ids.indices, pa.array(pseudonyms))
    index = rows.column_names.index(column)
    return rows.set_column(index, column, replaced.cast(pa.string()))


def _write_parquet(rows: pa.Table, path: Path, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    pq.write_table(rows, unfinished, compression="zstd")
    unfinished.chmod(mode)
    unfinished.replace(path)


def _write_manifest(landed: LandedFile, path: Path) -> None:
    """Write the manifest last and whole: a file without one has not landed."""
    content = {
        name: value for name, value in asdict(landed).items() if name != "is_new"
    }
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


def _read_manifest(path: Path) -> LandedFile:
    return LandedFile(**json.loads(path.read_text(encoding="utf-8")), is_new=False)


def sha256_of(path: Path) -> str:
    """Give the sha256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
