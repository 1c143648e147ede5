import pyarrow as pa

from covey.ml.recommendations.cosine import Knobs
from covey.ml.recommendations.neighbour_methods import describe_fit, fit_method
from covey.ml.recommendations.purchase_matrix import read_frame, read_purchase_days
from covey.ml.recommendations.reasons import find_common
from covey.ml.runs import make_run_id


def model(dbt, session):
    cutoffs = dbt.ref("feat_as_of_dates").filter("is_fit_date").df()
    method = dbt.config.meta_get("method")
    knobs = Knobs(**dbt.config.meta_get("knobs"))
    min_customers = dbt.config.meta_get("min_customers")
    terms = read_frame(dbt.ref("ml_recommendations__item_terms").to_arrow_table())
    # Read last: the next query on the connection would end the reader.
    purchases = dbt.ref("ml_recommendations__training_set").to_arrow_reader()
    known = read_purchase_days(purchases, cutoffs["as_of_date"].item().date())
    days = known.unprompted()
    often = days.bought_by(min_customers)
    neighbours = fit_method(method, often, knobs, terms)
    sources = neighbours["neighbour_item_id"]
    neighbours["neighbour_common"] = find_common(days, sources, knobs)
    parameters = describe_fit(method, knobs, often)
    neighbours["run_id"] = make_run_id(often.rows(), parameters)
    return pa.Table.from_pandas(neighbours)
