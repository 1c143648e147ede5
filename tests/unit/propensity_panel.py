"""Customers by month whose outcome depends on what they do."""

import numpy as np
import pandas as pd

from covey.ml.propensity.settings import PropensitySettings

FEATURES = [
    "days_since_last_order",
    "active_week_count_90d",
    "spend_amount_90d",
    "gap_days_p90_365d",
]
RULES = {
    "recency": ["days_since_last_order"],
    "recent_visits": ["active_week_count_90d"],
}
SETTINGS = PropensitySettings(FEATURES, rules=RULES)
KINDS = SETTINGS.kinds


def make_panel(count=400, months=7, effect=1.0, seed=0, outcome_type="lapse_28d"):
    """Make customers whose outcome depends on recency and, by `effect`, on spend."""
    generator = np.random.default_rng(seed)
    frames = []
    for month in range(1, months + 1):
        as_of_date = pd.Timestamp(2026, month, 1)
        recency = generator.geometric(0.05, count)
        spend = generator.lognormal(4, 1, count)
        odds = 1.2 * (np.log1p(recency) - 3) - effect * (np.log1p(spend) - 4) - 1
        frames.append(
            pd.DataFrame(
                {
                    "outcome_type": outcome_type,
                    "customer_id": [f"c{place:04d}" for place in range(count)],
                    "as_of_date": as_of_date,
                    "horizon_end_date": as_of_date + pd.Timedelta(days=28),
                    "is_positive": generator.random(count) < 1 / (1 + np.exp(-odds)),
                    "days_since_last_order": recency,
                    "active_week_count_90d": generator.integers(0, 14, count),
                    "spend_amount_90d": spend,
                    "gap_days_p90_365d": np.where(
                        generator.random(count) < 0.1, np.nan, recency + 1.0
                    ),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
