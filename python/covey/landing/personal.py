"""What passes the door in place of people's ids, and what stays behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from covey.landing.declarations import ColumnDeclaration, TableDeclaration
from covey.landing.records import Records
from covey.privacy.identity_keys import identity_key, is_look_alike, normalise
from covey.privacy.pseudonyms import known_pseudonym, pseudonym

LOOK_ALIKE, PLACEHOLDER = "look_alike_email", "placeholder_customer"
_Replaced = tuple[str | None, str]


@dataclass(frozen=True)
class Protected:
    """One file's rows on both sides of the door.

    Attributes
    ----------
    landed : pyarrow.Table
        Pseudonyms and identity keys in place of what is personal.
    private : pyarrow.Table or None
        Raw ids and contact details, or nothing to keep back.
    notes : dict
        Code to the rows that it is about.
    """

    landed: pa.Table
    private: pa.Table | None
    notes: dict[str, npt.NDArray[np.bool_]]


def protect(
    records: Records, table: TableDeclaration, source: str, key: bytes
) -> Protected:
    """Replace ids by pseudonyms, add identity keys, and part off contact details."""
    rows, landed, kept_back = records.table, {}, {}
    notes: dict[str, npt.NDArray[np.bool_]] = {}

    def replaced(column: str, give: Callable[[str], _Replaced]) -> pa.Array:
        values, noted = _by_value(rows[column], give)
        for code, mask in noted.items():
            notes[code] = notes.get(code, np.zeros(len(records), bool)) | mask
        return values

    for column in table.declared:
        name, is_there = column.name, column.name in rows.column_names
        if is_there and column.personal == "pseudonym":
            landed[name] = replaced(name, _pseudonyms(column, source, key))
        elif is_there and not column.personal:
            landed[name] = rows[name]
        elif column.personal == "pseudonym":
            landed[name] = pa.nulls(len(records), pa.string())
        if is_there and column.personal:
            kept_back[name] = rows[name]
    for column in table.identity_columns:
        keys: pa.Array = pa.nulls(len(records), pa.string())
        if column.name in rows.column_names:
            keys = replaced(column.name, _identity_keys(column, key))
        if column.key_name in rows.column_names:  # a mended file brings keys back
            known, _ = _by_value(rows[column.key_name], _known)
            keys = pc.coalesce(keys, known)  # unless the value itself was mended
        landed[column.key_name] = keys
    private = _private(records, table, kept_back)
    return Protected(pa.table(landed), private, notes)


def spelled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Spell ids as text; whole numbers in a column of fractions without the point."""
    if pa.types.is_floating(column.type):
        whole = pc.equal(pc.floor(column), column)
        if (
            pc.all(pc.fill_null(whole, True)).as_py()
            and pc.all(
                pc.less(pc.abs(pc.drop_null(column)), 2**53), min_count=0
            ).as_py()
        ):
            column = column.cast(pa.int64())
    return column.cast(pa.string())


def _pseudonyms(
    column: ColumnDeclaration, source: str, key: bytes
) -> Callable[[str], _Replaced]:
    def give(value: str) -> _Replaced:
        value = value.strip()
        if not value:
            return None, ""
        if value in column.unknown_values:
            return None, PLACEHOLDER
        return known_pseudonym(value) or pseudonym(key, source, value), ""

    return give


def _identity_keys(column: ColumnDeclaration, key: bytes) -> Callable[[str], _Replaced]:
    def give(value: str) -> _Replaced:
        if value.strip() in column.unknown_values:
            return None, PLACEHOLDER
        if known := known_pseudonym(value.strip()):
            # In an id's column it is the id's pseudonym, which is no key.
            return (known if column.personal == "contact" else None), ""
        normalised = normalise(column.identity, value, column.country)
        if not normalised:
            return None, ""
        is_odd = column.identity == "email" and is_look_alike(normalised)
        note = LOOK_ALIKE if is_odd else ""
        return identity_key(key, column.identity, normalised), note

    return give


def _known(value: str) -> _Replaced:
    return known_pseudonym(value.strip()) or None, ""


def _by_value(
    column: pa.ChunkedArray, give: Callable[[str], _Replaced]
) -> tuple[pa.Array, dict[str, npt.NDArray[np.bool_]]]:
    """Replace each distinct value once; what is absent stays absent."""
    values = pc.dictionary_encode(spelled(column)).combine_chunks()
    given = [give(value) for value in values.dictionary.to_pylist()]
    new = pa.array([replacement for replacement, _ in given], pa.string())
    replaced = new.take(values.indices)
    notes = {}
    for code in {note for _, note in given if note}:
        is_noted = pa.array([note == code for _, note in given]).take(values.indices)
        notes[code] = np.asarray(pc.fill_null(is_noted, False))
    return replaced, notes


def _private(
    records: Records, table: TableDeclaration, kept_back: dict[str, pa.ChunkedArray]
) -> pa.Table | None:
    """Keep contact details of every row, and the text of faulty ones."""
    faulty = records.faulty
    if not (table.contact_columns or len(faulty)):
        return None
    texts: list[str | None] = [None] * len(records)
    for position in faulty:
        texts[position] = records.texts[int(position)]
    private = pa.table(
        {
            **kept_back,
            "source_row": pa.array(records.source_rows),
            "raw_text": pa.array(texts, pa.string()),
        }
    )
    return private if table.contact_columns else private.take(pa.array(faulty))
