"""Orders and their lines: when people come, and what they put in the basket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from covey.synthetic import vocabulary as words
from covey.synthetic.catalogue import BUNDLE_SIZE, Catalogue
from covey.synthetic.population import RATE_AT_LAPSE, Population
from covey.synthetic.segments import SEGMENTS
from covey.synthetic.text_columns import (
    Floats,
    Integers,
    constant,
    integer_text,
    money_text,
    numbered,
    pick,
    time_text,
)

CHANNELS = ["web", "app", "store"]
STORE = 2
CURRENCY = "EUR"
_DAY_SECONDS = 86_400
# Gaps between orders are gamma with this shape: steadier than chance (1).
_GAP_SHAPE = 2.0
# Every so many days a favourite bundle is given up for the next one.
_TASTE_DAYS = 110
_MOST_LINES = 40


@dataclass(frozen=True)
class Orders:
    """One entry per order line, in the order of time."""

    order: Integers
    line_number: Integers
    customer: Integers
    product: Integers
    ordered_at: Integers
    day: Floats
    quantity: Integers
    price_cents: Integers
    discount_cents: Integers
    channel: Integers

    @property
    def line_count(self) -> int:
        """Number of lines."""
        return len(self.order)


def order_days(
    population: Population, first_date: date, n_days: int, rng: np.random.Generator
) -> tuple[Integers, Floats]:
    """Draw the days on which each customer orders.

    A renewal process in each customer's own time, which runs with the season and
    slows down before a lapse.

    Returns
    -------
    customer : array of int, shape (orders,)
    day : array of float, shape (orders,)
        Days since the start of the window, below ``n_days``.
    """
    days, busy = _season(first_date, n_days)
    start = np.interp(population.start_day, days, busy)
    end = np.full(population.customer_count, busy[-1])
    # Beyond the window the season's clock goes on at its mean pace of 1.
    slow = _warp(population.slowdown_day, days, busy)
    gone = np.maximum(_warp(population.lapse_day, days, busy), slow + 1)

    total = _activity(end, start, slow, gone) * population.orders_per_day
    draws = np.ceil(total + 5 * np.sqrt(total) + 6).astype(np.int64)
    customer = np.repeat(np.arange(population.customer_count), draws)
    gaps = rng.gamma(_GAP_SHAPE, 1 / _GAP_SHAPE, len(customer))
    first = np.cumsum(draws) - draws
    # The window opens somewhere within a gap.
    gaps[first] *= rng.random(len(first))
    running = np.cumsum(gaps)
    reached = running - np.repeat(running[first] - gaps[first], draws)
    kept = reached < total[customer]
    customer, reached = customer[kept], reached[kept]
    moment = _moment(
        reached / population.orders_per_day[customer],
        start[customer],
        slow[customer],
        gone[customer],
    )
    return customer, np.minimum(np.interp(moment, busy, days), n_days - 1e-6)


def _season(first_date: date, n_days: int) -> tuple[Floats, Floats]:
    """Cumulate how busy each day is: weekends and the weeks before Christmas."""
    dates = [first_date + timedelta(days=each) for each in range(n_days)]
    weights = np.array(
        [
            (0.9, 0.9, 0.95, 1.0, 1.15, 1.3, 0.8)[each.weekday()]
            * (1.3 if (each.month, each.day) >= (11, 20) and each.day <= 30 else 1.0)
            for each in dates
        ]
    )
    busy = np.concatenate([[0.0], np.cumsum(weights)])
    return np.arange(n_days + 1.0), busy * n_days / busy[-1]


def _warp(moments: Floats, days: Floats, busy: Floats) -> Floats:
    """Carry days over to the season's clock; never stays a very large number."""
    finite = np.where(np.isfinite(moments), moments, 1e7)
    warped: Floats = np.interp(finite, days, busy) + np.maximum(finite - days[-1], 0)
    return warped


def _activity(until: Floats, start: Floats, slow: Floats, gone: Floats) -> Floats:
    """Integrate the rate: 1, then falling in a line, then nothing."""
    steady = np.clip(until, start, slow) - start
    falling = np.clip(until, slow, gone) - slow
    fall = (1 - RATE_AT_LAPSE) / (gone - slow)
    return steady + falling - fall * falling**2 / 2


def _moment(activity: Floats, start: Floats, slow: Floats, gone: Floats) -> Floats:
    """Invert `_activity`."""
    steady = np.minimum(activity, slow - start)
    fall = (1 - RATE_AT_LAPSE) / (gone - slow)
    rest = np.maximum(activity - steady, 0)
    root = np.sqrt(np.maximum(1 - 2 * fall * rest, 0))
    return start + steady + (1 - root) / fall


def pick_products(
    population: Population,
    catalogue: Catalogue,
    customer: Integers,
    day: Floats,
    rng: np.random.Generator,
) -> Integers:
    """Choose a product for each line: mostly of a favourite bundle.

    A favourite is a function of the customer and its number alone, so it need not be
    stored. Favourites come from up to four home themes of a customer.

    Returns
    -------
    array of int, shape (lines,)
        Positions in the catalogue.
    """
    n = len(customer)
    favourites = population.trait("favourite_count")[customer].astype(np.int64)
    slot = np.floor(rng.random(n) ** 1.4 * favourites).astype(np.int64)
    turn = np.floor(day / _TASTE_DAYS + slot / favourites).astype(np.int64)
    number = slot + turn * favourites
    is_whim = rng.random(n) < 0.15
    key = np.where(
        is_whim,
        rng.integers(0, 2**31, n),
        population.taste_seed[customer] + number * 7919,
    )
    tier_shares = np.array([each.tier_shares for each in SEGMENTS])
    tier_limits = np.cumsum(tier_shares, axis=1)[population.segment[customer]]
    tier = (_hash(key, 1)[:, None] > tier_limits[:, :2]).sum(axis=1)
    home_count = np.where(favourites > 4, 4, 2)
    home = (_hash(key, 2) * home_count).astype(np.int64)
    theme = np.where(
        is_whim,
        rng.integers(0, len(words.THEMES), n),
        population.home_themes[customer, home],
    )
    popular = (_hash(key, 3) ** 1.7 * catalogue.bundles_per_type).astype(np.int64)
    bundle = catalogue.bundle_of(theme, tier, popular)
    place = (rng.random(n) ** 1.2 * BUNDLE_SIZE).astype(np.int64)
    product: Integers = bundle * BUNDLE_SIZE + place
    return product


def _hash(key: Integers, salt: int) -> Floats:
    """Spread whole numbers evenly over [0, 1): the finaliser of splitmix64."""
    x = key.astype(np.uint64) + np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(11)).astype(float) / 2**53


def make_orders(
    population: Population,
    catalogue: Catalogue,
    first_date: date,
    start_seconds: int,
    n_days: int,
    rng: np.random.Generator,
) -> Orders:
    """Make every order line of the window.

    Returns
    -------
    Orders
        Sorted by time; no product twice in an order.
    """
    customer, day = order_days(population, first_date, n_days, rng)
    n = len(customer)
    # Between 05:00 and 24:00 UTC, on the last day until 21:00 so that it is still
    # the same local date in central Europe.
    opening = rng.beta(2.6, 2.0, n) * np.where(day >= n_days - 1, 16, 19) + 5
    whole_day = np.floor(day).astype(np.int64)
    seconds = whole_day * _DAY_SECONDS + (opening * 3600).astype(np.int64)
    in_time = np.argsort(seconds, kind="stable")
    customer, day, seconds = customer[in_time], day[in_time], seconds[in_time]

    online = rng.random(n) < population.trait("online_share")[customer]
    channel = np.where(online, (rng.random(n) < 0.4).astype(np.int64), STORE)
    more = population.lines_per_order[customer] - 1
    size = 1 + np.minimum(rng.poisson(more), _MOST_LINES - 1)
    order = np.repeat(np.arange(n), size)
    product = pick_products(population, catalogue, customer[order], day[order], rng)
    ordered_at = start_seconds + seconds[order]
    # What is not released yet gives way to the first product of its bundle.
    not_yet = catalogue.released_at[product] > ordered_at
    product = np.where(not_yet, product - product % BUNDLE_SIZE, product)

    _, kept = np.unique(order * catalogue.product_count + product, return_index=True)
    kept.sort()
    order, product, ordered_at = order[kept], product[kept], ordered_at[kept]
    starts = np.flatnonzero(np.diff(order, prepend=-1))
    line_number = np.arange(len(order)) - np.repeat(
        starts, np.diff(np.append(starts, len(order)))
    )
    price = catalogue.price_cents[product]
    quantity = 1 + rng.poisson(np.where(price < 1000, 0.6, 0.08))
    shopper = customer[order]
    is_reduced = rng.random(len(order)) < population.trait("discount_share")[shopper]
    share = rng.choice([0.1, 0.15, 0.2, 0.3], len(order))
    discount = np.where(is_reduced, np.round(price * quantity * share), 0)
    return Orders(
        order=order,
        line_number=line_number + 1,
        customer=shopper,
        product=product,
        ordered_at=ordered_at,
        day=day[order],
        quantity=quantity,
        price_cents=price,
        discount_cents=discount.astype(np.int64),
        channel=channel[order],
    )


def order_table(
    orders: Orders, population: Population, catalogue: Catalogue
) -> pa.Table:
    """Write order lines as a till would export them: all text."""
    return pa.table(
        {
            "order_id": numbered("O", orders.order + 1, 7),
            "line_number": integer_text(orders.line_number),
            "customer_id": pick(population.customer_ids, orders.customer),
            "product_id": pick(catalogue.product_ids, orders.product),
            "ordered_at": time_text(orders.ordered_at),
            "quantity": integer_text(orders.quantity),
            "unit_price": money_text(orders.price_cents),
            "discount_amount": money_text(orders.discount_cents),
            "currency_code": constant(CURRENCY, orders.line_count),
            "status": constant("completed", orders.line_count),
            "channel": pick(CHANNELS, orders.channel),
        }
    )
