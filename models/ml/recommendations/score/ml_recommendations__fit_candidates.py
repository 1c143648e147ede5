from covey.ml.recommendations.candidates import make_candidates
from covey.ml.recommendations.cosine import Knobs
from covey.ml.recommendations.purchase_matrix import read_frame, read_purchase_days


def model(dbt, session):
    knobs = Knobs(**dbt.config.meta_get("knobs"))
    candidate_count = dbt.config.meta_get("candidate_count")
    list_length = dbt.config.meta_get("list_length")
    cutoffs = dbt.ref("feat_as_of_dates").df().set_index("as_of_date")
    now, fit_date = (
        cutoffs.index[cutoffs[kind]].item().date()
        for kind in ("is_scoring_date", "is_fit_date")
    )
    neighbours = read_frame(dbt.ref("ml_recommendations__neighbours").to_arrow_table())
    # Read last: the next query on the connection would end the reader.
    purchases = dbt.ref("ml_recommendations__listing_set").to_arrow_reader()
    days = read_purchase_days(purchases, now).counted_from(fit_date)
    return make_candidates(days, neighbours, knobs, candidate_count, 2 * list_length)
