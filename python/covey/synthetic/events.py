"""What people do besides buying, planted so that it tells something.

Views and carts come before purchases; a customer who slows down leaves carts behind,
rates lower and calls support more often.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from covey.synthetic import vocabulary as words
from covey.synthetic.catalogue import BUNDLE_SIZE, Catalogue
from covey.synthetic.orders import CHANNELS, STORE, Orders, pick_products
from covey.synthetic.population import Population
from covey.synthetic.text_columns import (
    Floats,
    Integers,
    integer_text,
    numbered,
    pick,
    time_text,
)

EVENT_TYPES = [
    "view",
    "cart",
    "share",
    "favourite",
    "rating",
    "review",
    "support",
    "contact",
    "redemption",
]
_EVENT_CHANNELS = [*CHANNELS, "email"]
_EMAIL = 3
_DAY_SECONDS = 86_400
# Shares of order lines (of a customer whose segment browses once per line).
_VIEW_SHARE = 0.12
_BROWSE_SHARE = 0.13
_CART_SHARE = 0.12
_LEFT_CART_SHARE, _LEFT_CART_SHARE_SLOWING = 0.15, 0.5
_FAVOURITE_SHARE, _SHARE_SHARE = 0.015, 0.008
_RATING_SHARE, _REVIEW_SHARE = 0.05, 0.02
_REDEMPTION_SHARE = 0.3
_SUPPORT_PER_YEAR, _SUPPORT_IN_SLOWDOWN = 0.15, 0.9
_CONTACT_SHARE, _CAMPAIGN_DAYS = 0.3, 30


@dataclass(frozen=True)
class Happenings:
    """Events of one type: same-length arrays, -1 where there is nothing."""

    event_type: str
    customer: Integers
    product: Integers
    second: Integers
    rating: Integers
    phrase: Integers
    channel: Integers


def make_event_table(
    population: Population,
    catalogue: Catalogue,
    orders: Orders,
    start_seconds: int,
    n_days: int,
    rng: np.random.Generator,
    event_rate: float = 1.0,
) -> pa.Table:
    """Make every event of the window, sorted by time, as text.

    Parameters
    ----------
    population : Population
    catalogue : Catalogue
    orders : Orders
    start_seconds, n_days : int
        The window: its start in seconds since 1970, and its length.
    rng : numpy.random.Generator
    event_rate : float
        Share of the events that is kept, at most 1.

    Returns
    -------
    pyarrow.Table
        Columns of ``events.csv``.
    """
    parts = [
        *_browsing(population, catalogue, orders, start_seconds, rng),
        *_opinions(population, catalogue, orders, rng),
        _redemptions(orders, rng),
        _support(population, start_seconds, n_days, rng),
        _contacts(population, start_seconds, n_days, rng),
    ]
    kinds = np.repeat(
        [EVENT_TYPES.index(part.event_type) for part in parts],
        [len(part.customer) for part in parts],
    )
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("customer", "product", "second", "rating", "phrase", "channel")
    }
    second = columns["second"]
    # Nothing after 21:00 UTC on the last day: still the same local date in Europe.
    end = start_seconds + n_days * _DAY_SECONDS - 3 * 3600
    is_kept = rng.random(len(second)) < event_rate
    # Nobody is known to the shop before the day on which they joined.
    joined = start_seconds + np.ceil(population.start_day) * _DAY_SECONDS
    has_joined = second >= joined[columns["customer"]]
    inside = np.flatnonzero(has_joined & (second < end) & is_kept)
    in_time = inside[np.argsort(second[inside], kind="stable")]
    columns = {name: values[in_time] for name, values in columns.items()}
    return pa.table(
        {
            "event_id": numbered("E", np.arange(1, len(in_time) + 1), 7),
            "customer_id": pick(population.customer_ids, columns["customer"]),
            "product_id": pick(catalogue.product_ids, columns["product"]),
            "event_type": pick(EVENT_TYPES, kinds[in_time]),
            "occurred_at": time_text(columns["second"]),
            "rating": pick(
                integer_text(np.arange(6)),
                np.where(columns["rating"] > 0, columns["rating"], -1),
            ),
            "text": pick(_phrases(catalogue), columns["phrase"]),
            "channel": pick(_EVENT_CHANNELS, columns["channel"]),
        }
    )


def _happenings(
    event_type: str,
    customer: Integers,
    second: npt.NDArray[Any],
    channel: Integers,
    product: Integers | None = None,
    rating: Integers | None = None,
    phrase: Integers | None = None,
) -> Happenings:
    nothing = np.full(len(customer), -1)
    return Happenings(
        event_type,
        customer,
        nothing if product is None else product,
        second.astype(np.int64),
        nothing if rating is None else rating,
        nothing if phrase is None else phrase,
        channel,
    )


def _browsing(
    population: Population,
    catalogue: Catalogue,
    orders: Orders,
    start_seconds: int,
    rng: np.random.Generator,
) -> list[Happenings]:
    browsing = population.trait("browsing")[orders.customer]
    online = np.where(orders.channel == STORE, 0, orders.channel)

    viewed = np.flatnonzero(rng.random(orders.line_count) < _VIEW_SHARE * browsing)
    before = rng.uniform(600, 3 * _DAY_SECONDS, len(viewed))
    views = _happenings(
        "view",
        orders.customer[viewed],
        orders.ordered_at[viewed] - before,
        online[viewed],
        orders.product[viewed],
    )
    # Looking around, some weeks ahead of what the customer will like next.
    looked = np.flatnonzero(rng.random(orders.line_count) < _BROWSE_SHARE * browsing)
    customer, day = orders.customer[looked], orders.day[looked]
    next_liked = pick_products(population, catalogue, customer, day + 55, rng)
    seen_at = orders.ordered_at[looked] - rng.uniform(1, 18, len(looked)) * _DAY_SECONDS
    next_liked = np.where(
        catalogue.released_at[next_liked] > seen_at,
        next_liked - next_liked % BUNDLE_SIZE,
        next_liked,
    )
    looks = _happenings("view", customer, seen_at, online[looked], next_liked)

    filled = np.flatnonzero(
        (orders.channel != STORE) & (rng.random(orders.line_count) < _CART_SHARE)
    )
    carts = _happenings(
        "cart",
        orders.customer[filled],
        orders.ordered_at[filled] - rng.uniform(60, 3600, len(filled)),
        orders.channel[filled],
        orders.product[filled],
    )
    seen_day = (seen_at - start_seconds) / _DAY_SECONDS
    is_slowing = seen_day > population.slowdown_day[customer]
    leaves = rng.random(len(looked)) < np.where(
        is_slowing, _LEFT_CART_SHARE_SLOWING, _LEFT_CART_SHARE
    )
    left_carts = _happenings(
        "cart",
        customer[leaves],
        seen_at[leaves] + 240,
        online[looked][leaves],
        next_liked[leaves],
    )
    return [views, looks, carts, left_carts]


def _opinions(
    population: Population,
    catalogue: Catalogue,
    orders: Orders,
    rng: np.random.Generator,
) -> list[Happenings]:
    temper = rng.normal(0, 0.4, population.customer_count)
    is_slowing = orders.day > population.slowdown_day[orders.customer]
    happy = (
        4.0
        + catalogue.quality[orders.product]
        + temper[orders.customer]
        - 1.3 * is_slowing
    )
    parts = []
    for event_type, share in (
        ("favourite", _FAVOURITE_SHARE),
        ("share", _SHARE_SHARE),
        ("rating", _RATING_SHARE),
        ("review", _REVIEW_SHARE),
    ):
        rows = np.flatnonzero(rng.random(orders.line_count) < share)
        after = rng.uniform(2, 20, len(rows)) * _DAY_SECONDS
        stars = np.clip(np.round(happy[rows] + rng.normal(0, 0.8, len(rows))), 1, 5)
        rating = stars.astype(np.int64) if event_type in ("rating", "review") else None
        phrase = None
        if event_type == "review" and rating is not None:
            wording = rng.integers(0, 2, len(rows))
            kind = catalogue.type_of_product[orders.product[rows]]
            phrase = (kind * 5 + rating - 1) * 2 + wording
        parts.append(
            _happenings(
                event_type,
                orders.customer[rows],
                orders.ordered_at[rows] + after,
                np.where(orders.channel[rows] == STORE, 0, orders.channel[rows]),
                orders.product[rows],
                rating,
                phrase,
            )
        )
    return parts


def _redemptions(orders: Orders, rng: np.random.Generator) -> Happenings:
    reduced = orders.discount_cents > 0
    rows = np.flatnonzero(reduced & (rng.random(orders.line_count) < _REDEMPTION_SHARE))
    return _happenings(
        "redemption",
        orders.customer[rows],
        orders.ordered_at[rows],
        orders.channel[rows],
        orders.product[rows],
    )


def _support(
    population: Population, start_seconds: int, n_days: int, rng: np.random.Generator
) -> Happenings:
    """Spread calls over the time with the shop, and more over the slowdown."""
    last_day = np.minimum(population.lapse_day, n_days)
    years = np.maximum(last_day - population.start_day, 0) / 365
    usual = rng.poisson(years * _SUPPORT_PER_YEAR)
    slowing = np.isfinite(population.lapse_day)
    extra = rng.poisson(np.where(slowing, _SUPPORT_IN_SLOWDOWN, 0.0))
    everyone = np.arange(population.customer_count)
    customer = np.concatenate([np.repeat(everyone, usual), np.repeat(everyone, extra)])
    is_extra = np.arange(len(customer)) >= usual.sum()
    slowdown_day = np.where(slowing, population.slowdown_day, 0)
    lapse_day = np.where(slowing, population.lapse_day, 0)
    opens = np.where(is_extra, slowdown_day[customer], population.start_day[customer])
    closes = np.where(is_extra, lapse_day[customer], last_day[customer])
    day = opens + rng.random(len(customer)) * (closes - opens)
    phrase = rng.integers(0, len(words.SUPPORT_PHRASES), len(customer))
    return _happenings(
        "support",
        customer,
        start_seconds + day * _DAY_SECONDS,
        rng.integers(0, 2, len(customer)),
        phrase=phrase + _review_phrase_count(),
    )


def _contacts(
    population: Population, start_seconds: int, n_days: int, rng: np.random.Generator
) -> Happenings:
    """Send a campaign every thirty days to some of those who agreed."""
    days = np.arange(12.0, n_days, _CAMPAIGN_DAYS)
    sends = rng.random((population.customer_count, len(days))) < _CONTACT_SHARE
    sends &= population.has_consent[:, None]
    sends &= days[None, :] > population.start_day[:, None]
    customer, campaign = np.nonzero(sends)
    day: Floats = days[campaign] + rng.uniform(0.3, 0.8, len(customer))
    return _happenings(
        "contact",
        customer,
        start_seconds + day * _DAY_SECONDS,
        np.full(len(customer), _EMAIL),
    )


def _review_phrase_count() -> int:
    types = sum(len(rows) for rows in words.THEMES.values())
    return types * sum(len(wordings) for wordings in words.REVIEW_PHRASES)


def _phrases(catalogue: Catalogue) -> list[str]:
    reviews = [
        wording.format(name.lower())
        for name in catalogue.type_names
        for wordings in words.REVIEW_PHRASES
        for wording in wordings
    ]
    return [*reviews, *words.SUPPORT_PHRASES]
