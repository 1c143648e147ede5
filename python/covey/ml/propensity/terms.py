"""A model as terms: what each feature adds to the log-odds of the average customer.

A numeric feature works on u = sign(x) * ln(1 + |x|). Its part is piecewise linear::

    offset + sum over knots of coefficient * max(u - knot, 0)

The log form has one knot, at zero. The spline form is fitted as hats on knots at
quantiles, which are flat beyond the outer ones, and is then written as the sum above. A
category's part is a coefficient per level, and a missing value has one of its own. What
never occurred in the training rows, a level or that a value is missing, adds nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
FeatureKinds = Mapping[str, str]

NUMERIC, CATEGORY = "numeric", "category"
LOG, SPLINE = "log", "spline"
KNOT_COUNT = 6
OTHER_LEVEL = "(other)"
RARE_LEVEL_ROWS = 20
MOST_LEVELS = 50


@dataclass(frozen=True)
class Column:
    """A feature of some rows: u, or the place among the levels; `nan` is missing."""

    name: str
    values: Floats
    levels: tuple[str, ...] | None = None

    def take(self, is_taken: npt.NDArray[np.bool_]) -> "Column":
        """Keep the rows that a mask names."""
        return replace(self, values=self.values[is_taken])


@dataclass(frozen=True)
class Part:
    """What one feature adds to the log-odds; no `missing` where that never occurred."""

    feature: str
    missing: float | None = None
    offset: float = 0.0
    knots: Floats = field(default_factory=lambda: np.array([]))
    slopes: Floats = field(default_factory=lambda: np.array([]))
    levels: Mapping[str, float] | None = None
    typical_value: float | None = None
    typical_level: str | None = None

    def evaluate(self, column: Column) -> Floats:
        """Say what the feature adds in each row."""
        known = self._of_level if self.levels is not None else self._of_number
        is_missing = np.isnan(column.values)
        return np.where(is_missing, self.missing or 0.0, known(column))

    def shift(self, amount: float) -> "Part":
        """Add the same to whatever the value is, of those that occurred."""
        levels = self.levels and {k: v + amount for k, v in self.levels.items()}
        missing = None if self.missing is None else self.missing + amount
        return replace(
            self, levels=levels, offset=self.offset + amount, missing=missing
        )

    def _of_number(self, column: Column) -> Floats:
        part = np.full(len(column.values), self.offset)
        for knot, slope in zip(self.knots, self.slopes, strict=True):
            part += slope * np.maximum(column.values - knot, 0.0)
        return part

    def _of_level(self, column: Column) -> Floats:
        levels = self.levels or {}
        other = levels.get(OTHER_LEVEL, 0.0)
        by_place = [levels.get(level, other) for level in column.levels or ()]
        places = np.nan_to_num(column.values, nan=-1).astype(np.int64)
        return np.array([*by_place, 0.0])[places]


class Encoding(Protocol):
    """How a fit sees one feature."""

    def encode(self, column: Column) -> Floats:
        """Give the columns that a coefficient each is fitted to."""
        ...

    def explain(self, weights: Floats) -> Part:
        """Write the coefficients of those columns as a part."""
        ...


@dataclass(frozen=True)
class LogEncoding:
    """The log of what is above zero, in deviations from its mean."""

    name: str
    centre: float
    deviation: float
    typical_value: float
    has_missing: bool

    def encode(self, column: Column) -> Floats:
        """Give one column; what is missing is at the mean, and may be marked."""
        scaled = (np.maximum(column.values, 0.0) - self.centre) / self.deviation
        scaled[np.isnan(scaled)] = 0.0
        return _mark_missing(scaled[:, None], column, self.has_missing)

    def explain(self, weights: Floats) -> Part:
        """Write one knot, at zero."""
        slope = weights[0] / self.deviation
        return Part(
            self.name,
            missing=_missing_weight(weights[1:]),
            offset=float(-slope * self.centre),
            knots=np.array([0.0]),
            slopes=np.array([slope]),
            typical_value=self.typical_value,
        )


@dataclass(frozen=True)
class HatEncoding:
    """How near u is to each knot: hats that add up to one."""

    name: str
    knots: Floats
    typical_value: float
    has_missing: bool

    def encode(self, column: Column) -> Floats:
        """Give a column per knot; all are zero where the value is missing."""
        count, last = len(self.knots), len(self.knots) - 1
        hats = np.zeros((len(column.values), count))
        rows = np.flatnonzero(~np.isnan(column.values))
        if count > 1:
            u = np.clip(column.values[rows], self.knots[0], self.knots[-1])
            left = np.minimum(
                np.searchsorted(self.knots, u, side="right") - 1, last - 1
            )
            share = (u - self.knots[left]) / np.diff(self.knots)[left]
            hats[rows, left], hats[rows, left + 1] = 1 - share, share
        return _mark_missing(hats, column, self.has_missing)

    def explain(self, weights: Floats) -> Part:
        """Write how the slope changes at the knots; a weight is the height there."""
        count = len(self.knots)
        heights = weights[:count]
        slopes = np.diff(heights) / np.diff(self.knots)
        return Part(
            self.name,
            missing=_missing_weight(weights[count:]),
            offset=float(heights[0]) if count > 1 else 0.0,
            knots=self.knots if count > 1 else np.array([]),
            slopes=np.diff(slopes, prepend=0.0, append=0.0) if count > 1 else slopes,
            typical_value=self.typical_value,
        )


@dataclass(frozen=True)
class LevelEncoding:
    """A mark per level; rare ones share one."""

    name: str
    levels: tuple[str, ...]
    typical_level: str | None
    has_missing: bool

    def encode(self, column: Column) -> Floats:
        """Give a column per level, and one for all others."""
        place = {level: place for place, level in enumerate(self.levels)}
        nowhere = len(self.levels)
        other = place.get(OTHER_LEVEL, nowhere)
        places = [place.get(level, other) for level in column.levels or ()]
        of_rows = np.nan_to_num(column.values, nan=-1).astype(np.int64)
        marks = np.eye(nowhere + 1)[np.array([*places, nowhere])[of_rows], :nowhere]
        return _mark_missing(marks, column, self.has_missing)

    def explain(self, weights: Floats) -> Part:
        """Write a coefficient per level."""
        count = len(self.levels)
        return Part(
            self.name,
            missing=_missing_weight(weights[count:]),
            levels=dict(zip(self.levels, weights[:count].tolist(), strict=True)),
            typical_level=self.typical_level,
        )


def read_columns(frame: pd.DataFrame, kinds: FeatureKinds) -> list[Column]:
    """Take the features out of a frame as a fit works on them.

    Raises
    ------
    ValueError : a column is missing, or a number is infinite
    """
    absent = [name for name in kinds if name not in frame.columns]
    if absent:
        raise ValueError(f"no column {absent[0]!r} among the features")
    return [
        _read_level(frame[name], name)
        if kind == CATEGORY
        else _read_number(frame[name], name)
        for name, kind in kinds.items()
    ]


def choose_encoding(
    column: Column, form: str, knot_count: int = KNOT_COUNT
) -> Encoding:
    """Learn from the training rows of a feature how to show it to a fit."""
    known = column.values[~np.isnan(column.values)]
    has_missing = 0 < len(known) < len(column.values)
    if column.levels is not None:
        counts = np.bincount(known.astype(np.int64), minlength=len(column.levels))
        by_count = np.argsort(-counts, kind="stable")[:MOST_LEVELS]
        kept = [column.levels[i] for i in by_count if counts[i] >= RARE_LEVEL_ROWS]
        typical = column.levels[by_count[0]] if len(known) else None
        levels = tuple(sorted({*kept} - {OTHER_LEVEL}))
        if counts.sum() > sum(counts[column.levels.index(level)] for level in levels):
            levels = (*levels, OTHER_LEVEL)
        return LevelEncoding(column.name, levels, typical, has_missing)
    mean = known.mean() if len(known) else 0.0
    typical_value = float(np.sign(mean) * np.expm1(abs(mean)))
    if form == SPLINE:
        quantiles = np.linspace(0, 1, knot_count)
        knots = np.unique(np.quantile(known, quantiles)) if len(known) else known
        knots = knots[np.diff(knots, prepend=-np.inf) > 1e-9]
        return HatEncoding(column.name, knots, typical_value, has_missing)
    above = np.maximum(known, 0.0)
    centre = float(above.mean()) if len(known) else 0.0
    deviation = float(above.std()) if len(known) else 0.0
    scale = deviation if deviation >= 1e-9 else 1.0
    return LogEncoding(column.name, centre, scale, typical_value, has_missing)


def design_matrix(
    training: pd.DataFrame, rows: pd.DataFrame, kinds: FeatureKinds
) -> Floats:
    """Show rows as plain numbers, scaled by the training rows: for any other learner.

    Numbers are u in deviations, the mean where missing; levels and what is missing are
    marks of 0 and 1.
    """
    encodings = [choose_encoding(seen, LOG) for seen in read_columns(training, kinds)]
    return encode(encodings, read_columns(rows, kinds))


def encode(encodings: Sequence[Encoding], columns: Sequence[Column]) -> Floats:
    """Put what a fit sees of each feature side by side."""
    count = len(columns[0].values) if columns else 0
    blocks = [
        encoding.encode(column)
        for encoding, column in zip(encodings, columns, strict=True)
    ]
    return np.hstack([np.zeros((count, 0)), *blocks])


def _missing_weight(weights: Floats) -> float | None:
    return float(weights[0]) if len(weights) else None


def _mark_missing(block: Floats, column: Column, has_missing: bool) -> Floats:
    if not has_missing:
        return block
    return np.column_stack([block, np.isnan(column.values)])


def _read_number(values: pd.Series, name: str) -> Column:
    x = values.to_numpy(dtype="float64", na_value=np.nan)
    infinite = int(np.isinf(x).sum())
    if infinite:
        raise ValueError(
            f"feature {name!r} is infinite in {infinite} of {len(x)} rows: bound it "
            "before the fit"
        )
    return Column(name, np.copysign(np.log1p(np.abs(x)), x))


def _read_level(values: pd.Series, name: str) -> Column:
    texts = values.astype("object").where(values.notna(), None)
    places, levels = pd.factorize(texts, sort=True)
    known = np.where(places < 0, np.nan, places.astype("float64"))
    return Column(name, known, tuple(str(level) for level in levels))
