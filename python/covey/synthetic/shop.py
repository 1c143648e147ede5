"""Make a whole synthetic shop, and write it as its systems would export it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from covey.synthetic import faults as fault_kinds
from covey.synthetic.catalogue import make_catalogue
from covey.synthetic.events import make_event_table
from covey.synthetic.orders import make_orders, order_table
from covey.synthetic.population import make_population

TABLES = ("customers", "products", "order_lines", "events")
_SHORTEST_WINDOW_DAYS = 90


@dataclass(frozen=True)
class Shop:
    """Four tables as text, as they stand in the files, and the truth behind them.

    Attributes
    ----------
    customers, products, order_lines, events : pandas.DataFrame
        Every column is text; an empty field is missing.
    planted_customers : pandas.DataFrame
        ``customer_id``, ``planted_segment``, ``is_lapsing``, ``slowdown_date``,
        ``lapse_date`` (up to 90 days after the window; empty if not lapsing).
    planted_products : pandas.DataFrame
        ``product_id``, ``planted_bundle``, ``planted_theme``, ``planted_price_tier``.
    planted_faults : pandas.DataFrame
        ``file``, ``row`` (from 1), ``kind``; no row has two faults.
    """

    customers: pd.DataFrame
    products: pd.DataFrame
    order_lines: pd.DataFrame
    events: pd.DataFrame
    planted_customers: pd.DataFrame
    planted_products: pd.DataFrame
    planted_faults: pd.DataFrame


def make_shop(
    n_customers: int,
    seed: int,
    *,
    n_days: int = 540,
    last_date: date = date(2026, 1, 1),
    faults: bool = True,
    order_rate: float = 1.0,
    basket_size: float = 1.0,
    event_rate: float = 1.0,
) -> Shop:
    """Make a shop with planted segments, lapses, co-purchases and faults.

    Parameters
    ----------
    n_customers : int
    seed : int
        The same arguments give the same shop.
    n_days : int
        Length of the window, at least 90.
    last_date : datetime.date
        First day after the window: nothing valid happens on it or later.
    faults : bool
        Whether to work in faults, returns and cancellations among them. The clean
        rows are the same either way.
    order_rate, basket_size : float
        Multiply orders per customer and lines per order.
    event_rate : float
        Share of the events that is kept, at most 1.

    Returns
    -------
    Shop
        At 1.0 about 30 order lines per customer and year of the window.

    Raises
    ------
    ValueError
        If there are no customers or too few days.

    Examples
    --------
    >>> shop = make_shop(300, seed=7)
    >>> len(shop.customers) >= 300
    True
    """
    if n_customers < 1:
        raise ValueError(f"n_customers is {n_customers}: a shop needs at least one")
    if n_days < _SHORTEST_WINDOW_DAYS:
        raise ValueError(f"n_days is {n_days}: at least {_SHORTEST_WINDOW_DAYS}")
    first_date = last_date - timedelta(days=n_days)
    start = int(datetime(*first_date.timetuple()[:3], tzinfo=UTC).timestamp())
    end = start + n_days * 86_400
    # One stream per part: a change in one leaves the others as they were.
    streams = np.random.SeedSequence([seed, n_customers]).spawn(8)
    rng = [np.random.default_rng(stream) for stream in streams]

    catalogue = make_catalogue(n_customers, start, n_days, rng[0])
    population = make_population(
        n_customers, start, n_days, rng[1], order_rate, basket_size
    )
    orders = make_orders(population, catalogue, first_date, start, n_days, rng[2])
    tables = {
        "customers": population.frame,
        "products": catalogue.frame,
        "order_lines": order_table(orders, population, catalogue),
        "events": make_event_table(
            population, catalogue, orders, start, n_days, rng[3], event_rate
        ),
    }
    planted = pd.DataFrame({"file": [], "row": [], "kind": []})
    if faults:
        spoiled = {
            "customers": fault_kinds.spoil_customers(tables["customers"], end, rng[4]),
            "products": fault_kinds.spoil_products(tables["products"], rng[5]),
            "order_lines": fault_kinds.spoil_order_lines(
                tables["order_lines"], orders, end, rng[6]
            ),
            "events": fault_kinds.spoil_events(tables["events"], end, rng[7]),
        }
        tables = {name: table for name, (table, _) in spoiled.items()}
        planted = pd.concat([each for _, each in spoiled.values()], ignore_index=True)
    return Shop(
        **{name: table.to_pandas() for name, table in tables.items()},
        planted_customers=population.planted,
        planted_products=catalogue.planted,
        planted_faults=planted,
    )


def write_shop(shop: Shop, folder: Path) -> list[Path]:
    """Write the four CSV files, and the truth into ``folder/truth``.

    Returns
    -------
    list of pathlib.Path
        The seven files.
    """
    truth = folder / "truth"
    frames = {folder / f"{name}.csv": getattr(shop, name) for name in TABLES}
    for name in ("customers", "products", "faults"):
        frames[truth / f"{name}.csv"] = getattr(shop, f"planted_{name}")
    return write_frames(frames)


def write_frames(frames: dict[Path, pd.DataFrame]) -> list[Path]:
    """Write frames of text as CSV, and give the files."""
    for path, frame in frames.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        pa_csv.write_csv(
            pa.Table.from_pandas(frame, preserve_index=False),
            path,
            pa_csv.WriteOptions(quoting_header="none"),
        )
    return list(frames)
