import pandas as pd

from covey.ml.recommendations.comparison import compare_recommendations
from covey.ml.recommendations.cosine import Knobs
from covey.ml.recommendations.evaluation import Chosen
from covey.ml.recommendations.purchase_matrix import read_frame


def model(dbt, session):
    cutoffs = dbt.ref("feat_as_of_dates").filter("is_fit_date").df()
    fit_date = cutoffs["as_of_date"].item()
    is_wanted = dbt.config.meta_get("is_wanted")
    method = dbt.config.meta_get("method")
    knobs = Knobs(**dbt.config.meta_get("knobs"))
    min_customers = dbt.config.meta_get("min_customers")
    max_customers = dbt.config.meta_get("max_customers")
    terms = read_frame(dbt.ref("ml_recommendations__item_terms").to_arrow_table())
    training = dbt.ref("ml_recommendations__training_set").filter(str(is_wanted))
    purchases = training.to_arrow_table()
    tested = dbt.ref("ml_recommendations__evaluation").filter("split = 'test'").df()
    days = tested["as_of_date"].drop_duplicates().sort_values()
    return compare_recommendations(
        purchases,
        [pd.Timestamp(day) for day in days if is_wanted and day < fit_date],
        Chosen(method, knobs, terms),
        min_customers=min_customers,
        max_customers=max_customers,
    )
