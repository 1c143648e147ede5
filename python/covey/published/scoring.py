"""Score somebody who is in no table, from the terms of a published model.

What the SQL models do for everybody, for one; without the libraries that fit, so that a
look-up stays quick.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from covey.warehouse import Row

OTHER_LEVEL = "(other)"
Value = float | str | None


@dataclass(frozen=True)
class Score:
    """A probability, and what each feature adds to the log-odds of the average."""

    probability: float
    parts: Mapping[str, float]

    def points(self, feature: str) -> float:
        """Say in percentage points what a feature does to the probability."""
        log_odds = math.log(self.probability / (1 - self.probability))
        without = 1 / (1 + math.exp(self.parts[feature] - log_odds))
        return 100 * (self.probability - without)


def score(terms: Sequence[Row], values: Mapping[str, Value]) -> Score:
    """Add up the terms of one outcome.

    Parameters
    ----------
    terms : sequence of dict
        Rows of `dim_score_terms`, of one outcome.
    values : mapping of str to float or str
        What is known; every other feature is missing.

    Raises
    ------
    ValueError
        If a text is given for a number, or the other way round.

    Examples
    --------
    >>> base = {"term": "intercept", "feature": "intercept", "coefficient": 0.0}
    >>> slope = {"term": "knot", "feature": "orders", "coefficient": -1.0, "knot": 0.0}
    >>> round(score([base, slope], {"orders": 2.0}).probability, 3)
    0.25
    """
    parts: dict[str, float] = {}
    intercept = 0.0
    for feature in dict.fromkeys(row["feature"] for row in terms):
        own = [row for row in terms if row["feature"] == feature]
        if own[0]["term"] == "intercept":
            intercept = own[0]["coefficient"]
        else:
            parts[feature] = _part(feature, own, values.get(feature))
    probability = 1 / (1 + math.exp(-intercept - math.fsum(parts.values())))
    return Score(probability, parts)


def _part(feature: str, terms: Sequence[Row], value: Value) -> float:
    """Give what one feature adds."""
    if value is None:
        return math.fsum(
            row["coefficient"] for row in terms if row["term"] == "missing"
        )
    levels = {
        row["level"]: row["coefficient"] for row in terms if row["term"] == "level"
    }
    if isinstance(value, str):
        if not levels:
            raise ValueError(f"{feature} is {value!r}, which is no number")
        return float(levels.get(value, levels.get(OTHER_LEVEL, 0.0)))
    if levels:
        raise ValueError(f"{feature} is {value!r}, and has to be a text")
    place = math.copysign(math.log1p(abs(value)), value)
    return math.fsum(
        row["coefficient"]
        * (max(place - row["knot"], 0.0) if row["term"] == "knot" else 1.0)
        for row in terms
        if row["term"] in ("knot", "offset")
    )
