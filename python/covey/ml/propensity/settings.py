"""What a business says of its propensity models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from covey.ml.propensity.terms import CATEGORY, KNOT_COUNT, NUMERIC, FeatureKinds

TEST_CUTOFFS = 4
OF_RULES_ALONE = "no_order_odds_"
OF_ONE_OUTCOME = ("features", "rules", "baseline", "test_cut_off_count", "model")
MODEL = "logistic_regression"
CHALLENGER_NAMES = (
    "decision_tree",
    "random_forest",
    "gradient_boosting",
    "support_vectors",
    "neural_net",
)


@dataclass(frozen=True)
class PropensitySettings:
    """The vars of `dbt_project.yml`, checked.

    Attributes
    ----------
    features : what the model may look at
    attribute_features : the kinds of those that are attributes; others are numeric
    rules : name of a simple rule, and the features that it looks at, which may be of
        BG/NBD (`no_order_odds_28d`) and else are the model's
    spline_knot_count : at most so many knots has a spline
    test_cut_off_count : at most so many of the last cut-offs are for the test
    baseline : the rule that the model has to beat; by default the best on validation
    model : what has to beat it: the default, or a challenger that a business chose
    of_outcomes : what an outcome has instead: `features`, `rules`, a `baseline`, a
        `test_cut_off_count` and a `model`

    Raises
    ------
    ValueError : a kind or a model is unknown, a rule looks at what the model does not,
        or an outcome has something else
    """

    features: Sequence[str]
    attribute_features: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Sequence[str]] = field(default_factory=dict)
    spline_knot_count: int = KNOT_COUNT
    test_cut_off_count: int = TEST_CUTOFFS
    baseline: str | None = None
    model: str = MODEL
    of_outcomes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, kind in self.attribute_features.items():
            if kind not in (NUMERIC, CATEGORY):
                raise ValueError(
                    f"attribute_features: {name!r} is {kind!r}, and may be "
                    f"{NUMERIC!r} or {CATEGORY!r}"
                )
        for rule, names in self.rules.items():
            known = (
                *self.features,
                *(n for n in names if n.startswith(OF_RULES_ALONE)),
            )
            unknown = [name for name in names if name not in known]
            if unknown:
                raise ValueError(
                    f"propensity_rules: {rule!r} looks at {unknown[0]!r}, which is not "
                    "among the propensity_features"
                )
        if self.baseline is not None and self.baseline not in self.rules:
            raise ValueError(f"the baseline {self.baseline!r} is none of the rules")
        if self.model not in (MODEL, *CHALLENGER_NAMES):
            raise ValueError(
                f"no model {self.model!r}: there are {MODEL}, "
                f"{', '.join(CHALLENGER_NAMES)}"
            )
        for outcome_type, own in self.of_outcomes.items():
            unknown = sorted(set(own) - set(OF_ONE_OUTCOME))
            if unknown:
                raise ValueError(
                    f"outcome_settings: {outcome_type!r} has {unknown[0]!r}, and may "
                    f"have {', '.join(OF_ONE_OUTCOME)}"
                )
            self.of_outcome(outcome_type)

    def of_outcome(self, outcome_type: str) -> "PropensitySettings":
        """Say what holds for one outcome."""
        own = self.of_outcomes.get(outcome_type, {})
        return replace(self, **own, of_outcomes={})

    @property
    def kinds(self) -> FeatureKinds:
        """Every feature and its kind, those of rules and single outcomes included."""
        everybody = [self, *map(self.of_outcome, self.of_outcomes)]
        names = [name for each in everybody for name in each.features]
        names += [n for each in everybody for rule in each.rules.values() for n in rule]
        return {name: self.attribute_features.get(name, NUMERIC) for name in names}


def features_to_fit(
    settings: PropensitySettings, selection: pd.DataFrame | None, outcome_type: str
) -> list[str]:
    """Name the features that the selection of an outcome keeps; without one, all."""
    if selection is None:
        return list(settings.features)
    is_out = (selection["outcome_type"] == outcome_type) & ~selection["is_kept"]
    left_out = set(selection.loc[is_out, "feature"])
    return [name for name in settings.features if name not in left_out]
