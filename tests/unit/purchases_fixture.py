"""Small sets of purchases around one cut-off."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from covey.ml.recommendations.purchase_matrix import PurchaseDays, read_purchase_days

AS_OF = date(2024, 7, 1)


def read(purchases: pd.DataFrame) -> PurchaseDays:
    """What is known at the cut-off."""
    return read_purchase_days(purchases, AS_OF)


def make_purchases(seed: int = 1, customers: int = 60, items: int = 25) -> pd.DataFrame:
    """Random purchases over a year around the cut-off, popular and rare items."""
    rng = np.random.default_rng(seed)
    count = customers * 12
    chosen = (items * rng.random(count) ** 2).astype(int)
    days = rng.integers(-60, 300, count)
    rows = {
        "customer_id": [f"c{n:03}" for n in rng.integers(0, customers, count)],
        "item_id": [f"i{n:02}" for n in chosen],
        "purchased_date": [AS_OF - timedelta(days=int(day)) for day in days],
    }
    purchases = pd.DataFrame(rows).drop_duplicates(ignore_index=True)
    return purchases.astype({"purchased_date": "datetime64[us]"})


def make_baskets(baskets: dict[str, str], day: date) -> pd.DataFrame:
    """One letter an item: {'ann': 'ab'} bought a and b on one day."""
    pairs = [(customer, item) for customer, items in baskets.items() for item in items]
    frame = pd.DataFrame(pairs, columns=["customer_id", "item_id"]).astype("str")
    return frame.assign(purchased_date=pd.Timestamp(day))
