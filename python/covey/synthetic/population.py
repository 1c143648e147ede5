"""The customers: their segment, and who lapses when.

A customer orders at a steady rate of their own until a slowdown starts; from there
the rate falls in a straight line until the lapse, after which there is nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from covey.synthetic import vocabulary as words
from covey.synthetic.segments import SEGMENTS
from covey.synthetic.text_columns import (
    Floats,
    Integers,
    date_text,
    integer_text,
    numbered,
    pick,
    time_text,
)

# What is left of a customer's rate on the day of the lapse.
RATE_AT_LAPSE = 0.15
# A lapse that lies up to this long after the window is planted too: its slowdown
# can be seen already.
LAPSE_LOOKAHEAD_DAYS = 90
_DAY_SECONDS = 86_400
_REGION_SHARES = (0.17, 0.14, 0.1, 0.11, 0.13, 0.12, 0.06, 0.08, 0.05, 0.04)


@dataclass(frozen=True)
class Population:
    """One entry per customer; days count from the start of the window."""

    frame: pa.Table
    planted: pd.DataFrame
    customer_ids: pa.Array
    segment: Integers
    start_day: Floats
    slowdown_day: Floats
    lapse_day: Floats
    orders_per_day: Floats
    lines_per_order: Floats
    home_themes: Integers
    taste_seed: Integers
    has_consent: npt.NDArray[np.bool_]

    @property
    def customer_count(self) -> int:
        """Number of customers."""
        return len(self.segment)

    def trait(self, name: str) -> Floats:
        """Read a trait of each customer's segment."""
        values = np.array([getattr(each, name) for each in SEGMENTS], dtype=float)
        return values[self.segment]


def make_population(
    n_customers: int,
    start_seconds: int,
    n_days: int,
    rng: np.random.Generator,
    order_rate: float,
    basket_size: float,
) -> Population:
    """Make customers, a quarter of whom join within the window.

    Parameters
    ----------
    n_customers, n_days : int
    start_seconds : int
        Start of the window, in seconds since 1970.
    rng : numpy.random.Generator
    order_rate, basket_size : float
        Multiply the orders per year and the lines per order of every segment.

    Returns
    -------
    Population
    """
    n = n_customers
    segment = rng.choice(len(SEGMENTS), n, p=[each.share for each in SEGMENTS])
    yearly_lapse = np.array([each.yearly_lapse_share for each in SEGMENTS])[segment]
    orders = np.array([each.orders_per_year for each in SEGMENTS])[segment]
    lines = np.array([each.lines_per_order for each in SEGMENTS])[segment]

    joins = rng.random(n) < 0.25
    start_day = np.where(joins, rng.random(n) * max(n_days - 30, 1), 0.0)
    lapse_day = start_day + 45 + rng.exponential(-365 / np.log1p(-yearly_lapse))
    slowdown_day = np.maximum(lapse_day - rng.uniform(60, 120, n), start_day)
    is_lapsing = lapse_day < n_days + LAPSE_LOOKAHEAD_DAYS
    lapse_day = np.where(is_lapsing, lapse_day, np.inf)
    slowdown_day = np.where(is_lapsing, slowdown_day, np.inf)

    # Who joins within the window signs up in the night before the shop opens.
    before = rng.uniform(30, 1400, n) * _DAY_SECONDS
    that_night = np.floor(start_day) * _DAY_SECONDS + rng.uniform(0, 5 * 3600, n)
    signed_up_at = start_seconds + np.where(joins, that_night, -before).astype(np.int64)
    updated_at = signed_up_at + (
        rng.random(n) * (start_seconds + n_days * _DAY_SECONDS - 3600 - signed_up_at)
    ).astype(np.int64)
    has_consent = rng.random(n) < 0.62
    customer_ids = numbered("C", np.arange(1, n + 1), 6)
    planted = pd.DataFrame(
        {
            "customer_id": customer_ids.to_pylist(),
            "planted_segment": [SEGMENTS[each].name for each in segment],
            "is_lapsing": is_lapsing,
            "slowdown_date": _planted_dates(slowdown_day, start_seconds),
            "lapse_date": _planted_dates(lapse_day, start_seconds),
        }
    )
    return Population(
        frame=_customer_table(
            customer_ids, segment, signed_up_at, updated_at, has_consent, rng
        ),
        planted=planted,
        customer_ids=customer_ids,
        segment=segment,
        start_day=start_day,
        slowdown_day=slowdown_day,
        lapse_day=lapse_day,
        orders_per_day=orders / 365 * order_rate * np.exp(rng.normal(-0.045, 0.3, n)),
        lines_per_order=np.maximum(
            lines * basket_size * np.exp(rng.normal(-0.02, 0.2, n)), 1.0
        ),
        home_themes=rng.integers(0, len(words.THEMES), (n, 4)),
        taste_seed=rng.integers(0, 2**31, n),
        has_consent=has_consent,
    )


def _planted_dates(days: Floats, start_seconds: int) -> list[str | None]:
    known = np.isfinite(days)
    seconds = start_seconds + np.where(known, days, 0).astype(np.int64) * _DAY_SECONDS
    texts = date_text(seconds).to_pylist()
    return [
        text if is_known else None for text, is_known in zip(texts, known, strict=True)
    ]


def _customer_table(
    customer_ids: pa.Array,
    segment: Integers,
    signed_up_at: Integers,
    updated_at: Integers,
    has_consent: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> pa.Table:
    n = len(segment)
    usual_birth_year = np.array([each.birth_year for each in SEGMENTS])[segment]
    birth_year = np.clip(np.round(rng.normal(usual_birth_year, 11)), 1935, 2006)
    region = rng.choice(len(words.REGIONS), n, p=_REGION_SHARES)
    # The last share leaves the field empty.
    gender = rng.choice([0, 1, 2, -1], n, p=(0.52, 0.41, 0.02, 0.05))
    first = rng.integers(0, len(words.FIRST_NAMES), n)
    last = rng.integers(0, len(words.LAST_NAMES), n)
    domain = rng.integers(0, 2, n)
    emails = [
        f"{words.FIRST_NAMES[f]}.{words.LAST_NAMES[s]}.{i}@example.{('com', 'test')[d]}"
        for i, (f, s, d) in enumerate(
            zip(first.tolist(), last.tolist(), domain.tolist(), strict=True), start=1
        )
    ]
    return pa.table(
        {
            "customer_id": customer_ids,
            "email": emails,
            "signed_up_at": time_text(signed_up_at),
            "birth_year": integer_text(birth_year),
            "gender": pick(["female", "male", "other"], gender),
            "region": pick([name for _, name in words.REGIONS], region),
            "country_code": pick([code for code, _ in words.REGIONS], region),
            "has_marketing_consent": pick(["false", "true"], has_consent.astype(int)),
            "updated_at": time_text(updated_at),
        }
    )
