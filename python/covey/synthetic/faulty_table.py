"""A table that faults are worked into, with a record of every one of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from covey.synthetic.text_columns import Floats, Integers

Mask = npt.NDArray[np.bool_]


class FaultyTable:
    """Change rows in place, add rows, move rows; no row gets two faults.

    Parameters
    ----------
    file_name : str
        Name that the truth gives to the file.
    table : pyarrow.Table
        Text columns.
    place : array of float, shape (rows,)
        Where each row stands in the file: rows are sorted by it at the end.
    rng : numpy.random.Generator
    """

    def __init__(
        self,
        file_name: str,
        table: pa.Table,
        place: Floats,
        rng: np.random.Generator,
    ) -> None:
        self.rng = rng
        self._file_name = file_name
        self._table = table.combine_chunks()
        self._place = place.astype(float)
        self._is_free: Mask = np.ones(len(place), dtype=bool)
        self._added: list[pa.Table] = []
        self._added_places: list[Floats] = []
        self._kinds: dict[str, list[Integers]] = {}
        self._row_count = len(place)

    def choose(self, count: int, among: Mask | None = None) -> Integers:
        """Choose rows without a fault so far, and keep them from further ones."""
        free = self._is_free if among is None else self._is_free & among
        candidates = np.flatnonzero(free)
        count = min(count, len(candidates))
        rows = np.sort(self.rng.choice(candidates, count, replace=False))
        self._is_free[rows] = False
        return rows

    def choose_groups(
        self, count: int, group: Integers, among: Mask | None = None
    ) -> Integers:
        """Choose whole groups, such as orders, whose rows are all free.

        Parameters
        ----------
        count : int
            Number of groups.
        group : array of int, shape (rows,)
            From 0, without gaps.
        among : array of bool, optional
            Rows that may be chosen.

        Returns
        -------
        array of int
            Row positions.
        """
        allowed = self._is_free if among is None else self._is_free & among
        is_whole = (
            np.bincount(group[~allowed], minlength=int(group.max(initial=-1)) + 1) == 0
        )
        candidates = np.flatnonzero(is_whole)
        picked = self.rng.choice(candidates, min(count, len(candidates)), replace=False)
        is_picked = np.zeros(len(is_whole), dtype=bool)
        is_picked[picked] = True
        rows = np.flatnonzero(is_picked[group])
        self._is_free[rows] = False
        return rows

    def rows(self, positions: Integers) -> pa.Table:
        """Copy rows."""
        return self._table.take(pa.array(positions))

    def texts(self, column: str) -> list[str]:
        """List the texts that occur in a column, in alphabetical order."""
        return sorted(pc.unique(self._table[column]).drop_null().to_pylist())

    def places(self, positions: Integers) -> Floats:
        """Tell where rows stand."""
        return self._place[positions]

    def replace(
        self, column: str, positions: Integers, texts: list[Any] | pa.Array, kind: str
    ) -> None:
        """Write other texts into chosen rows."""
        mask = np.zeros(self._table.num_rows, dtype=bool)
        mask[positions] = True
        index = self._table.column_names.index(column)
        changed = pc.replace_with_mask(
            self._table[column].combine_chunks(),
            pa.array(mask),
            texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string()),
        )
        self._table = self._table.set_column(index, column, changed)
        self._record(kind, positions)

    def move(self, positions: Integers, places: Floats, kind: str) -> None:
        """Put chosen rows somewhere else in the file."""
        self._place[positions] = places
        self._record(kind, positions)

    def add(self, rows: pa.Table, places: Floats, kind: str) -> None:
        """Add rows to the file."""
        self._added.append(rows)
        self._added_places.append(places.astype(float))
        positions = np.arange(self._row_count, self._row_count + rows.num_rows)
        self._row_count += rows.num_rows
        self._record(kind, positions)

    def finish(self) -> tuple[pa.Table, pd.DataFrame]:
        """Sort the rows into the file's order.

        Returns
        -------
        table : pyarrow.Table
        faults : pandas.DataFrame
            Columns ``file``, ``row`` (from 1) and ``kind``, in the order of rows.
        """
        table = pa.concat_tables([self._table, *self._added])
        place = np.concatenate([self._place, *self._added_places])
        order = np.argsort(place, kind="stable")
        row_number = np.empty(len(order), dtype=np.int64)
        row_number[order] = np.arange(1, len(order) + 1)
        faults = pd.concat(
            [pd.DataFrame({"file": [], "row": [], "kind": []}).astype({"row": "int64"})]
            + [
                pd.DataFrame(
                    {"file": self._file_name, "row": row_number[rows], "kind": kind}
                )
                for kind, chunks in self._kinds.items()
                for rows in chunks
            ],
            ignore_index=True,
        )
        faults = faults.sort_values("row", kind="stable", ignore_index=True)
        return table.take(pa.array(order)), faults

    def _record(self, kind: str, positions: Integers) -> None:
        self._kinds.setdefault(kind, []).append(positions)
