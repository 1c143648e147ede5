import pandas as pd

from covey.ml.recommendations import Knobs, recommend_candidates


def model(dbt, session):
    as_of_date = pd.Timestamp(dbt.config.meta_get("as_of_date"))
    knobs = Knobs(**dbt.config.meta_get("knobs"))
    candidate_count = dbt.config.meta_get("candidate_count")
    purchases = dbt.ref("ml_recommendations__training_set").df()
    neighbours = dbt.ref("ml_recommendations__neighbours").df()
    return recommend_candidates(
        purchases, neighbours, as_of_date, knobs, candidate_count
    )
