"""How well the grocer's lapse is seen where any purchase counts, fuel too.

    python -m benchmarks.lapse_any_purchase

The built grocer counts merchandise alone, in who can lapse, in who did and in visits.
Here the same backtest runs with what any purchase says of these three in its place;
spend, baskets, breadth, coupons and the odds of BG/NBD stay what they are.
"""

from __future__ import annotations

import pandas as pd

from covey.ml.propensity.backtest import run_backtest
from covey.ml.propensity.evaluation import measure_backtest
from covey.ml.propensity.settings import PropensitySettings
from covey.settings import Settings
from covey.warehouse import open_build

RULES = {"recency": ["days_since_last_order"], "visits": ["active_week_count_90d"]}
FIGURES = ("auc", "brier", "calibration_error", "top_decile_lift")
ANY_PURCHASE = """
with purchase_days as (
    select
        customer_id,
        occurred_date,
        count(distinct order_id) as order_count,
        date_diff('day', lag(occurred_date) over (
            partition by customer_id order by occurred_date
        ), occurred_date) as gap_days
    from core_interactions
    where interaction_type = 'purchase' and customer_id is not null
    group by customer_id, occurred_date
),

cut_offs as (
    select distinct as_of_date, horizon_end_date
    from ml_propensity__training_set
    where outcome_type = 'lapse_28d'
),

aged as (
    select *, date_diff('day', occurred_date, as_of_date) as age_days
    from purchase_days cross join cut_offs
),

visits as (
    select
        customer_id,
        as_of_date,
        horizon_end_date,
        count(distinct (age_days - 1) // 7) filter (age_days between 1 and 90)
            as active_week_count_90d,
        count(*) filter (age_days between 1 and 90) as active_day_count_90d,
        sum(order_count) filter (age_days between 1 and 28) as order_count_28d,
        sum(order_count) filter (age_days between 1 and 56) as order_count_56d,
        min(age_days) filter (age_days > 0) as days_since_last_order,
        count(gap_days) filter (age_days between 1 and 180) as gap_count_180d,
        quantile_cont(gap_days, 0.9) filter (age_days between 1 and 180)
            as gap_days_p90_180d,
        count(*) filter (age_days between -27 and 0) = 0 as is_positive
    from aged
    group by customer_id, as_of_date, horizon_end_date
    having order_count_56d > 0
)

select
    features.* replace (
        visits.active_week_count_90d as active_week_count_90d,
        visits.active_day_count_90d as active_day_count_90d,
        coalesce(visits.order_count_28d, 0) as order_count_28d,
        visits.order_count_56d as order_count_56d,
        visits.days_since_last_order as days_since_last_order,
        visits.gap_count_180d as gap_count_180d,
        visits.gap_days_p90_180d as gap_days_p90_180d,
        visits.days_since_last_order / visits.gap_days_p90_180d as overdue_rate_180d
    ),
    visits.horizon_end_date,
    visits.is_positive
from visits
inner join ml_propensity__features as features using (customer_id, as_of_date)
"""
MERCHANDISE = "from ml_propensity__training_set where outcome_type = 'lapse_28d'"
KEPT = """
select feature from ml_propensity__feature_selection
where outcome_type = 'lapse_28d' and is_kept order by feature
"""


def main() -> None:
    """Print the figures of both definitions on the same test cut-offs."""
    with open_build(Settings.load("grocery").build_path) as connection:
        features = connection.sql(KEPT).df()["feature"].tolist()
        panels = {
            "merchandise": connection.sql(MERCHANDISE).df(),
            "any purchase": connection.sql(ANY_PURCHASE).df(),
        }
    for name, panel in panels.items():
        panel["as_of_date"] = pd.to_datetime(panel["as_of_date"])
        tested = run_backtest(panel, PropensitySettings(features, rules=RULES))
        table = measure_backtest(tested)
        means = table[(table["split"] == "test_mean") & table["metric"].isin(FIGURES)]
        print(
            f"{name}: {len(panel):,} rows, base rate {panel['is_positive'].mean():.3f}"
        )
        print(means.pivot(index="model", columns="metric", values="value").round(4))


if __name__ == "__main__":
    main()
