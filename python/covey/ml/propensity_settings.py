"""What a business says of its propensity models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from covey.ml.propensity_terms import CATEGORY, KNOT_COUNT, NUMERIC, FeatureKinds


@dataclass(frozen=True)
class PropensitySettings:
    """The vars of `dbt_project.yml`, checked.

    Attributes
    ----------
    features : what the model may look at
    attribute_features : the kinds of those that are attributes; others are numeric
    rules : name of a simple rule, and the features that it looks at
    spline_knot_count : at most so many knots has a spline

    Raises
    ------
    ValueError : a kind is unknown, or a rule looks at what the model does not
    """

    features: Sequence[str]
    attribute_features: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Sequence[str]] = field(default_factory=dict)
    spline_knot_count: int = KNOT_COUNT

    def __post_init__(self) -> None:
        for name, kind in self.attribute_features.items():
            if kind not in (NUMERIC, CATEGORY):
                raise ValueError(
                    f"attribute_features: {name!r} is {kind!r}, and may be "
                    f"{NUMERIC!r} or {CATEGORY!r}"
                )
        for rule, names in self.rules.items():
            unknown = [name for name in names if name not in self.features]
            if unknown:
                raise ValueError(
                    f"propensity_rules: {rule!r} looks at {unknown[0]!r}, which is not "
                    "among the propensity_features"
                )

    @property
    def kinds(self) -> FeatureKinds:
        """Every feature and its kind."""
        return {
            name: self.attribute_features.get(name, NUMERIC) for name in self.features
        }


def features_to_fit(
    settings: PropensitySettings, selection: pd.DataFrame | None, outcome_type: str
) -> list[str]:
    """Name the features that the selection of an outcome keeps; without one, all."""
    if selection is None:
        return list(settings.features)
    is_out = (selection["outcome_type"] == outcome_type) & ~selection["is_kept"]
    left_out = set(selection.loc[is_out, "feature"])
    return [name for name in settings.features if name not in left_out]
