from covey.ml.segments.names import name_segments
from covey.ml.segments.personas import name_personas


def model(dbt, session):
    profiles = dbt.ref("ml_segments__profiles").df()
    rules = dbt.ref("segment_names").df()
    matches = dbt.ref("ml_segments__fit_matches").df()
    previous = dbt.ref("ml_segments__previous_registry").df()
    overrides = dbt.ref("ml_segments__overrides").df()
    traits = dbt.ref("ml_segments__taste_traits").df()
    words = dbt.ref("segment_name_words").df()
    noun = dbt.config.meta_get("noun")
    if len(traits):
        return name_personas(traits, profiles, words, matches, previous, noun)
    return name_segments(profiles, rules, matches, previous, overrides)
