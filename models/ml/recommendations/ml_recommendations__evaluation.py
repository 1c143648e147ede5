import pandas as pd

from covey.ml.recommendation_evaluation import evaluate_recommendations
from covey.ml.recommendations import Knobs


def model(dbt, session):
    cutoffs = dbt.ref("feat_as_of_dates").filter("is_fit_date").df()
    fit_date = cutoffs["as_of_date"].item()
    knobs = Knobs(**dbt.config.meta_get("knobs"))
    horizon_days = dbt.config.meta_get("horizon_days")
    cutoff_count = dbt.config.meta_get("cutoff_count")
    min_customers = dbt.config.meta_get("min_customers")
    max_customers = dbt.config.meta_get("max_customers")
    purchases = dbt.ref("ml_recommendations__training_set").to_arrow_table()
    test_dates = [
        fit_date - pd.Timedelta(days=horizon_days * step)
        for step in range(cutoff_count, 0, -1)
    ]
    return evaluate_recommendations(
        purchases,
        test_dates,
        knobs,
        min_customers=min_customers,
        max_customers=max_customers,
        horizon_days=horizon_days,
    )
