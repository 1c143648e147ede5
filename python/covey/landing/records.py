"""What reading a file gave, whatever its format: one shape for all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

# Characters. A field beyond it is no value but a file inside a file.
LARGEST_FIELD = 1_000_000
CONTROL_CHARACTERS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}]"
_LINE_SIGNS = (9, 10, 13)


@dataclass(frozen=True)
class Records:
    """The records of one file.

    Attributes
    ----------
    table : pyarrow.Table
        The declared columns under their declared names, and keys of people that a
        mended file brought back.
    source_rows : array of int64
        Physical line of each record, or its number.
    faults : mapping of str to array of bool
        Reason code to the records that have it.
    texts : mapping of int to str
        Record to its text as it came, for those that may have a fault.
    warnings : tuple of str
        What a person should hear of.
    may_have_controls : bool
        Whether fields still have to be searched for control characters.
    """

    table: pa.Table
    source_rows: npt.NDArray[np.int64]
    faults: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    may_have_controls: bool = True

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def faulty(self) -> npt.NDArray[np.int64]:
        """Positions of the records that have any fault."""
        if not self.faults:
            return np.empty(0, np.int64)
        return np.flatnonzero(np.logical_or.reduce(list(self.faults.values())))


def judge_fields(records: Records) -> Records:
    """Find fields with control characters or of absurd length, and empty them.

    The text of such a record stays in ``texts``.
    """
    if not records.may_have_controls:
        return records
    table, faults = records.table, dict(records.faults)
    for index, name in enumerate(table.column_names):
        column = table.column(index)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if not (
            pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        ):
            continue
        for code, is_bad in _bad_fields(column).items():
            column = pc.if_else(pa.array(is_bad), pa.scalar(None, column.type), column)
            faults[code] = faults.get(code, np.zeros(len(records), bool)) | is_bad
            table = table.set_column(index, name, column)
    judged = replace(records, table=table, faults=faults)
    untold = [int(place) for place in judged.faulty if int(place) not in records.texts]
    rows = records.table.take(pa.array(untold, pa.int64())).to_pylist()
    spelled = (json.dumps(row, ensure_ascii=False, default=str) for row in rows)
    texts = {**records.texts, **dict(zip(untold, spelled, strict=True))}
    return replace(judged, texts=texts)


def codes_of_rows(
    masks: Mapping[str, npt.NDArray[np.bool_]], row_count: int
) -> pa.Array:
    """Write the codes that hold for each row, comma-separated; null if none does."""
    names = sorted(masks)
    combination = np.zeros(row_count, np.int64)
    for bit, name in enumerate(names):
        combination |= masks[name].astype(np.int64) << bit
    found, index = np.unique(combination, return_inverse=True)
    texts = [
        ",".join(name for bit, name in enumerate(names) if which >> bit & 1) or None
        for which in found.tolist()
    ]
    return pa.array(texts, pa.string()).take(pa.array(index))


def _bad_fields(column: pa.ChunkedArray) -> dict[str, npt.NDArray[np.bool_]]:
    found = {}
    if any(_may_have_controls(chunk) for chunk in column.chunks):
        is_control = pc.match_substring_regex(column, CONTROL_CHARACTERS)
        found["control_character"] = _mask(is_control)
    if column.nbytes > LARGEST_FIELD:
        is_oversized = pc.greater(pc.utf8_length(column), LARGEST_FIELD)
        found["oversized_field"] = _mask(is_oversized)
    return {code: mask for code, mask in found.items() if mask.any()}


def _may_have_controls(chunk: pa.Array) -> bool:
    """Look at the bytes of all texts at once, which costs next to nothing."""
    buffer = chunk.buffers()[2]
    if buffer is None or not len(chunk):
        return False
    letters = np.frombuffer(buffer, np.uint8)
    low = letters[letters < 32]
    return bool(
        np.isin(low, _LINE_SIGNS, invert=True).any()
        or (letters == 0x7F).any()
        or (letters == 0xC2).any()
    )


def _mask(values: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.fill_null(values, False).to_numpy(zero_copy_only=False), bool)
