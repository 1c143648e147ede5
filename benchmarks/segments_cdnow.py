"""How good segments are on CDNOW, a music shop where most buy once or twice a year.

    pip download --no-deps lifetimes==0.11.3
    python -m benchmarks.segments_cdnow lifetimes-0.11.3-*.whl

23,570 customers who first bought in early 1997. At four quarterly cut-offs they are
parted by recency, frequency and money of the year before, and judged by the log of the
next 90 days' spend. The reference is the sum of RFM scores, cut to as many groups.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from covey.cli.answers.segment_quality import segment_lines
from covey.ml.segments.algorithms import RFM
from covey.ml.segments.choice import choose_count, judge_counts
from covey.ml.segments.comparison import compare_algorithms

MEMBER = "lifetimes/datasets/CDNOW_master.txt"
CUTOFFS = pd.to_datetime(["1997-07-01", "1997-10-01", "1998-01-01", "1998-04-01"])
WINDOW_DAYS = 365
HORIZON_DAYS = 90


def read_purchases(wheel: Path) -> pd.DataFrame:
    """Read the purchases, and hold them against what is known of them."""
    with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as file:
        purchases = pd.read_csv(
            file,
            sep=r"\s+",
            skiprows=1,
            names=["customer_id", "bought_on", "quantity", "amount"],
            dtype={"customer_id": str},
        )
    found = (len(purchases), purchases["customer_id"].nunique())
    total = round(float(purchases["amount"].sum()), 2)
    if (found, total) != ((69_659, 23_570), 2_500_315.63):
        sys.exit(f"{MEMBER} is not what it should be: {found}, {total}")
    dates = pd.to_datetime(purchases["bought_on"].astype(str), format="%Y%m%d")
    return purchases.assign(bought_on=dates)


def make_panel(purchases: pd.DataFrame) -> pd.DataFrame:
    """Give what was known at each cut-off, and what was bought in the days after.

    The windows are a year, since a quarter holds no purchase of most; the columns keep
    the names that an evaluation looks for.
    """
    parts = []
    for cutoff in CUTOFFS:
        ages = (cutoff - purchases["bought_on"]).dt.days
        days = purchases.assign(age_days=ages)
        known = days[(days["age_days"] > 0) & (days["age_days"] <= WINDOW_DAYS)]
        next_days = days[(days["age_days"] <= 0) & (days["age_days"] > -HORIZON_DAYS)]
        past = known.groupby("customer_id").agg(
            days_since_last_order=("age_days", "min"),
            order_count_90d=("age_days", "nunique"),
            spend_amount_90d=("amount", "sum"),
        )
        after = next_days.groupby("customer_id").agg(
            next_spend_amount=("amount", "sum"),
            next_order_count=("age_days", "nunique"),
        )
        joined = past.join(after).fillna(0.0)
        parts.append(joined.assign(as_of_date=cutoff).reset_index())
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    """Judge each number of segments and each way to make them, and print both."""
    panel = make_panel(read_purchases(Path(sys.argv[1])))
    tried = judge_counts(panel, RFM)
    compared = compare_algorithms(panel, RFM)
    choice = choose_count(tried).iloc[0]
    rows = pd.concat([tried, compared]).replace({np.nan: None})
    is_chosen = rows["model"].eq("kmeans_log_z") & rows["n_clusters"].eq(
        choice["n_clusters"]
    )
    rows["verdict"] = np.where(is_chosen, "chosen", "not chosen")
    console = Console(width=120, highlight=False)
    for line in segment_lines(rows.to_dict("records")):
        console.print(line)
    console.print(choice["reason"])


if __name__ == "__main__":
    main()
