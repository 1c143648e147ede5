from covey.ml.segment_names import name_segments


def model(dbt, session):
    profiles = dbt.ref("ml_segments__profiles").df()
    rules = dbt.ref("segment_names").df()
    matches = dbt.ref("ml_segments__fit_matches").df()
    previous = dbt.ref("ml_segments__previous_registry").df()
    overrides = dbt.ref("ml_segments__overrides").df()
    return name_segments(profiles, rules, matches, previous, overrides)
