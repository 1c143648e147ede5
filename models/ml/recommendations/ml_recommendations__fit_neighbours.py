import pyarrow as pa

from covey.ml.purchase_matrix import read_purchase_days
from covey.ml.recommendation_reasons import find_common
from covey.ml.recommendations import Knobs, fit_neighbours
from covey.ml.runs import make_run_id


def model(dbt, session):
    cutoffs = dbt.ref("feat_as_of_dates").filter("is_fit_date").df()
    knobs = Knobs(**dbt.config.meta_get("knobs"))
    min_customers = dbt.config.meta_get("min_customers")
    purchases = dbt.ref("ml_recommendations__training_set").to_arrow_table()
    known = read_purchase_days(purchases, cutoffs["as_of_date"].item().date())
    days = known.unprompted()
    often = days.bought_by(min_customers)
    neighbours = fit_neighbours(often, knobs)
    sources = neighbours["neighbour_item_id"]
    neighbours["neighbour_common"] = find_common(days, sources, knobs)
    parameters = {**vars(knobs), "item_ids": list(often.item_ids)}
    neighbours["run_id"] = make_run_id(often.rows(), parameters)
    return pa.Table.from_pandas(neighbours)
