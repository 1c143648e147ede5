from covey.ml.segments.matching import match_segments


def model(dbt, session):
    overlaps = dbt.ref("ml_segments__overlaps").df()
    clusters = dbt.ref("ml_segments__profiles").df()["cluster_id"]
    previous = dbt.ref("ml_segments__previous_registry").df()
    accepted = dbt.ref("ml_segments__accepted_matches").df()
    return match_segments(
        overlaps,
        clusters,
        previous,
        accepted,
        least_share=dbt.config.meta_get("least_share"),
        least_margin=dbt.config.meta_get("least_margin"),
    )
