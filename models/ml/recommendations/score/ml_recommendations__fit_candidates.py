from datetime import date

from covey.ml.recommendations.candidates import make_candidates
from covey.ml.recommendations.cosine import Knobs
from covey.ml.recommendations.purchase_matrix import read_frame, read_purchase_days


def model(dbt, session):
    as_of_date = dbt.config.meta_get("as_of_date")
    knobs = Knobs(**dbt.config.meta_get("knobs"))
    candidate_count = dbt.config.meta_get("candidate_count")
    list_length = dbt.config.meta_get("list_length")
    cutoffs = dbt.ref("feat_as_of_dates").filter("is_fit_date").df()
    neighbours = read_frame(dbt.ref("ml_recommendations__neighbours").to_arrow_table())
    # Read last: the next query on the connection would end the reader.
    purchases = dbt.ref("ml_recommendations__listing_set").to_arrow_reader()
    days = read_purchase_days(purchases, date.fromisoformat(as_of_date))
    days = days.counted_from(cutoffs["as_of_date"].item().date())
    return make_candidates(days, neighbours, knobs, candidate_count, 2 * list_length)
