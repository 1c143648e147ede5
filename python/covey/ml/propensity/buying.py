"""BG/NBD: how often somebody buys, and whether they still do, from three numbers.

Each customer buys at a rate of their own until they stop for good, with a chance of
their own after each purchase. Of rates and chances only the spread over all customers
is fitted: four numbers (Fader, Hardie and Lee, 2005, "Counting your customers" the easy
way). It looks at repeat purchases, the age at the last of them, and the age now.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

Floats = npt.NDArray[np.float64]

MOST_LOG_ODDS = 20.0
DIGITS = 9
SPREAD_COLUMNS = {
    "as_of_date": "datetime64[us]",
    **dict.fromkeys(("r", "alpha", "a", "b"), "float64"),
}
START = np.log(
    [1.0, 5.0, 1.0, 3.0]
)  # what is fitted are logs, so that all stay positive


@dataclass(frozen=True)
class BuyingFit:
    """The spread of buying rates (r, alpha) and of chances to stop (a, b)."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def chance_alive(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """Give the chance that a customer still buys at all; 1 without a repeat."""
        longer = (self.r + frequency) * np.log(
            (self.alpha + age) / (self.alpha + recency)
        )
        later = np.maximum(self.b + frequency - 1, 1e-12)
        stopped = np.where(frequency > 0, self.a / later * np.exp(longer), 0.0)
        return np.asarray(1 / (1 + stopped))

    def chance_of_none(
        self, frequency: Floats, recency: Floats, age: Floats, horizon: float
    ) -> Floats:
        """Give the chance of no purchase in the next `horizon` units of time."""
        base = (self.alpha + age) / (self.alpha + age + horizon)
        quiet = base ** (self.r + frequency)
        alive = self.chance_alive(frequency, recency, age)
        return np.asarray(1 - alive * (1 - quiet))

    def odds_of_none(
        self, frequency: Floats, recency: Floats, age: Floats, horizon: float
    ) -> Floats:
        """Give the odds of no purchase in `horizon`, to 100; what SQL scores with."""
        spread = self.r + frequency
        quiet = ((self.alpha + age) / (self.alpha + age + horizon)) ** spread
        longer = np.log(self.alpha + age) - np.log(self.alpha + recency)
        later = np.maximum(self.b + frequency - 1, 1e-12)
        log_odds = np.log(self.a / later) + spread * longer
        stopped = np.exp(np.minimum(log_odds, MOST_LOG_ODDS)) * (frequency > 0)
        return np.asarray(100 * (stopped + quiet) / (1 - quiet))

    def expected_purchases(
        self, frequency: Floats, recency: Floats, age: Floats, horizon: float
    ) -> Floats:
        """Give the mean number of purchases in the next `horizon` units of time."""
        spread = self.r + frequency
        later = self.b + frequency
        series = hyp2f1(
            spread,
            later,
            self.a + later - 1,
            horizon / (self.alpha + age + horizon),
        )
        base = (self.alpha + age) / (self.alpha + age + horizon)
        mean = (self.a + later - 1) / (self.a - 1) * (1 - base**spread * series)
        return np.asarray(mean * self.chance_alive(frequency, recency, age))


def fit_buying(frequency: Floats, recency: Floats, age: Floats) -> BuyingFit:
    """Fit BG/NBD by maximum likelihood.

    Parameters
    ----------
    frequency : purchases after the first, per customer
    recency : time from the first purchase to the last, 0 without a repeat
    age : time from the first purchase to now, in the same unit

    Raises
    ------
    ValueError : a number is negative or not finite, or a recency exceeds its age
    """
    numbers = np.column_stack([frequency, recency, age]).astype("float64")
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        raise ValueError("frequency, recency and age must be finite and zero or more")
    if (numbers[:, 1] > numbers[:, 2]).any():
        raise ValueError("a last purchase lies after now: recency exceeds age")
    kinds, counts = np.unique(numbers, axis=0, return_counts=True)
    unit = max(float(kinds[:, 2].max(initial=0.0)) / 40, 1e-9)
    x, last, now = kinds[:, 0], kinds[:, 1] / unit, kinds[:, 2] / unit

    def loss(logs: Floats) -> float:
        return -float(counts @ _log_likelihood(np.exp(logs), x, last, now))

    found = minimize(loss, START, method="L-BFGS-B", bounds=[(-9, 9)] * 4)
    r, alpha, a, b = (float(value) for value in np.exp(found.x))
    # In the caller's unit of time the density of x purchases is unit^-x as high.
    likelihood = -float(found.fun) - float(counts @ x) * float(np.log(unit))
    return BuyingFit(r, alpha * unit, a, b, likelihood)


def fit_buying_spreads(histories: pd.DataFrame) -> pd.DataFrame:
    """Fit BG/NBD to the histories of each cut-off by themselves.

    Parameters
    ----------
    histories : as_of_date, repeat_count, last_order_age_days and age_days, in any order

    Returns
    -------
    One row per as_of_date: r, alpha (in days), a and b.
    """
    rows = []
    for as_of_date, known in histories.groupby("as_of_date"):
        names = ["repeat_count", "last_order_age_days", "age_days"]
        fitted = fit_buying(*known[names].to_numpy(dtype="float64").T)
        numbers = (fitted.r, fitted.alpha, fitted.a, fitted.b)
        rows.append((as_of_date, *(round(number, DIGITS) for number in numbers)))
    return pd.DataFrame(rows, columns=list(SPREAD_COLUMNS)).astype(SPREAD_COLUMNS)


def _log_likelihood(parameters: Floats, x: Floats, last: Floats, now: Floats) -> Floats:
    r, alpha, a, b = parameters
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    staying = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + now)
    later = np.maximum(b + x - 1, 1e-12)
    stopping = (
        betaln(a + 1, np.where(x > 0, later, b))
        - betaln(a, b)
        - (r + x) * np.log(alpha + last)
    )
    either = np.where(x > 0, np.logaddexp(staying, stopping), staying)
    return np.asarray(common + either)
