"""How likely a rule is by chance: exact tails, and what many tries do to them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Counts = npt.NDArray[np.int64]
Chances = npt.NDArray[np.float64]

_NEGLIGIBLE = 1e-17
_DIGITS = 12


def chance_of_so_many(
    both: Counts, first: Counts, second: Counts, total: Counts
) -> Chances:
    """Give the chance of at least `both` common baskets if two things are unrelated.

    The upper tail of the hypergeometric distribution, which is Fisher's exact test to
    one side: of `total` baskets `first` hold the one and `second` the other. The first
    term comes from logarithms of factorials, each further one from the one before::

        p(k + 1) = p(k) (first - k) (second - k)
                   / ((k + 1) (total - first - second + k + 1))

    Returns
    -------
    One chance for each, rounded to twelve significant digits.

    Examples
    --------
    >>> few = [np.array([number]) for number in (2, 2, 2, 4)]
    >>> float(chance_of_so_many(*few)[0])  # 1 of the 6 ways to draw two of four
    0.166666666667
    """
    count, held, drawn, among = (
        part.astype(np.float64) for part in (both, first, second, total)
    )
    log_term = (
        _log_choose(held, count)
        + _log_choose(among - held, drawn - count)
        - _log_choose(among, drawn)
    )
    # Relative to the first term, which may be too small for a double.
    sums, term = np.ones(len(count)), np.ones(len(count))
    open_rows = np.arange(len(count))
    while len(open_rows):
        ahead = count[open_rows]
        above = (held[open_rows] - ahead) * (drawn[open_rows] - ahead)
        below = (ahead + 1) * (
            among[open_rows] - held[open_rows] - drawn[open_rows] + ahead + 1
        )
        # Far below what is likely the sum leaves the range of doubles: the chance is 1.
        with np.errstate(over="ignore"):
            term[open_rows] *= above / np.maximum(below, 1)
            sums[open_rows] += term[open_rows]
        count[open_rows] += 1
        goes_on = (term[open_rows] > _NEGLIGIBLE * sums[open_rows]) & (above > 0)
        open_rows = open_rows[goes_on]
    chances = np.minimum(np.exp(log_term + np.log(sums)), 1.0)
    return _round(chances)


def correct_for_tries(chances: Chances, try_count: float) -> Chances:
    """Give the false discovery rates of Benjamini and Hochberg.

    Whoever calls all rules up to one of these values significant is wrong in at most
    that share of them, on average.

    Parameters
    ----------
    chances : of the rules that were looked at
    try_count : how many could have been; those that are not here count as 1

    Examples
    --------
    >>> correct_for_tries(np.array([0.001, 0.5]), 10).tolist()
    [0.01, 1.0]
    """
    order = np.argsort(chances, kind="stable")
    ranked = chances[order] * try_count / np.arange(1, len(chances) + 1)
    lowest = np.minimum.accumulate(ranked[::-1])[::-1]
    rates = np.empty(len(chances))
    rates[order] = np.minimum(lowest, 1.0)
    return _round(rates)


def _log_choose(whole: Chances, part: Chances) -> Chances:
    logs: Chances = gammaln(whole + 1) - gammaln(part + 1) - gammaln(whole - part + 1)
    return logs


def _round(values: Chances) -> Chances:
    """Leave twelve significant digits."""
    with np.errstate(divide="ignore"):
        places = np.where(values > 0, np.floor(np.log10(values)), 0)
    # Powers beyond what a double holds are left out: such a chance is nothing.
    scale = 10.0 ** np.minimum(_DIGITS - 1 - places, 300)
    rounded: Chances = np.round(values * scale) / scale
    return rounded
