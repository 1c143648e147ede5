import pandas as pd

from covey.ml.recommendations import Knobs, fit_neighbours
from covey.ml.runs import make_run_id


def model(dbt, session):
    as_of_date = pd.Timestamp(dbt.config.meta_get("as_of_date"))
    knobs = Knobs(**dbt.config.meta_get("knobs"))
    min_customers = dbt.config.meta_get("min_customers")
    purchases = dbt.ref("ml_recommendations__training_set").df()
    neighbours = fit_neighbours(
        purchases, as_of_date, knobs, min_customers=min_customers
    )
    parameters = {**vars(knobs), "min_customers": min_customers}
    return neighbours.assign(run_id=make_run_id(purchases, parameters))
