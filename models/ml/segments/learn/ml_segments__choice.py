from covey.ml.segments.choice import choose_count


def model(dbt, session):
    wanted = dbt.config.meta_get("wanted")
    smallest = dbt.config.meta_get("smallest")
    largest = dbt.config.meta_get("largest")
    least_jaccard = dbt.config.meta_get("least_jaccard")
    candidates = dbt.ref("ml_segments__candidates").df()
    counts = range(smallest, largest + 1)
    return choose_count(candidates, wanted, counts, least_jaccard)
