import pyarrow as pa

from covey.ml.recommendations.content_neighbours import fit_content_neighbours
from covey.ml.recommendations.purchase_matrix import read_frame
from covey.ml.runs import make_run_id


def model(dbt, session):
    neighbour_count = dbt.config.meta_get("neighbour_count")
    terms = read_frame(dbt.ref("ml_recommendations__item_terms").to_arrow_table())
    neighbours = fit_content_neighbours(terms, neighbour_count)
    neighbours["run_id"] = make_run_id(terms, {"neighbour_count": neighbour_count})
    return pa.Table.from_pandas(neighbours)
