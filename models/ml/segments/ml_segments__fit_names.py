from covey.ml.segments import name_clusters


def model(dbt, session):
    profiles = dbt.ref("ml_segments__profiles").df()
    rules = dbt.ref("segment_names").df()
    return name_clusters(profiles, rules)
