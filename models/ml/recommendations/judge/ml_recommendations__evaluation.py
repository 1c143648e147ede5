import pandas as pd

from covey.ml.recommendations.cosine import Knobs
from covey.ml.recommendations.evaluation import Chosen, evaluate_recommendations
from covey.ml.recommendations.purchase_matrix import read_frame


def model(dbt, session):
    cutoffs = dbt.ref("feat_as_of_dates").filter("is_fit_date").df()
    fit_date = cutoffs["as_of_date"].item()
    method = dbt.config.meta_get("method")
    knobs = Knobs(**dbt.config.meta_get("knobs"))
    terms = read_frame(dbt.ref("ml_recommendations__item_terms").to_arrow_table())
    horizon_days = dbt.config.meta_get("horizon_days")
    cutoff_count = dbt.config.meta_get("cutoff_count")
    min_customers = dbt.config.meta_get("min_customers")
    max_customers = dbt.config.meta_get("max_customers")
    purchases = dbt.ref("ml_recommendations__training_set").to_arrow_reader()
    test_dates = [
        fit_date - pd.Timedelta(days=horizon_days * step)
        for step in range(cutoff_count, 0, -1)
    ]
    return evaluate_recommendations(
        purchases,
        test_dates,
        Chosen(method, knobs, terms),
        min_customers=min_customers,
        max_customers=max_customers,
        horizon_days=horizon_days,
    )
