"""Check a business before a build: its file, its seeds, its sources, what is landed."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml

from covey.settings import DEFAULT_BUSINESS, Settings

_GRAINS = ("item", "item_type", "category")
# Vars of a business file that are settings of covey's and not of dbt's.
_OWN_VARS = {"is_demo": False}
_EVERY_SOURCE_FEEDS = "staged_rows"


@dataclass(frozen=True)
class Problem:
    """Something that would make a build fail, or go wrong without a word."""

    file: str
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.file}: {self.where}: {self.what}; {self.remedy}"


def check_business(settings: Settings) -> list[Problem]:
    """Find everything that is wrong, without running dbt.

    Returns
    -------
    list of Problem
        In the order of the files; empty if a build may start.
    """
    from covey.mapping.landed_checks import check_landed

    defaults = _project(settings)["vars"]
    vars_ = {**defaults, **settings.vars}
    problems = [
        *_check_vars(settings, defaults),
        *_check_settings(settings, vars_),
        *_check_outcomes(settings, vars_),
        *_check_sources(settings, vars_),
    ]
    if settings.business != DEFAULT_BUSINESS:
        sources = vars_.get("sources")
        for source in sources if isinstance(sources, dict) else {}:
            problems += check_landed(settings, str(source), vars_)
    return problems


def business_file(settings: Settings) -> str:
    """Name the file that a business's settings stand in."""
    if settings.business == DEFAULT_BUSINESS:
        return "dbt_project.yml"
    return f"businesses/{settings.business}.yml"


def _project(settings: Settings) -> dict[str, Any]:
    text = (settings.project_dir / "dbt_project.yml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def _check_vars(settings: Settings, defaults: dict[str, Any]) -> list[Problem]:
    file = business_file(settings)
    known = {**defaults, **_OWN_VARS}
    problems = []
    for name, value in settings.vars.items():
        if name not in known:
            near = _nearest(name, list(known))
            problems.append(
                Problem(file, name, "there is no such setting", f"is it {near}?")
            )
        elif not _is_like(value, known[name]):
            problems.append(
                Problem(
                    file,
                    name,
                    f"{value!r} is {_said_type(value)}",
                    f"give {_said_type(known[name])}, such as {known[name]!r}",
                )
            )
    return problems


def _is_like(value: Any, default: Any) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, int | float):
        return isinstance(value, int | float)
    if isinstance(default, str):
        return isinstance(value, str | date)
    return isinstance(value, type(default))


def _said_type(value: Any) -> str:
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a mapping",
    }
    return kinds.get(type(value), "nothing" if value is None else "a date")


def _check_settings(settings: Settings, vars_: dict[str, Any]) -> list[Problem]:
    file = business_file(settings)
    problems = []
    zone, currency = str(vars_["time_zone"]), str(vars_["currency_code"])
    if zone not in available_timezones():
        problems.append(
            Problem(file, "time_zone", f"no zone is {zone!r}", "try Europe/Berlin")
        )
    if not re.fullmatch("[A-Z]{3}", currency):
        problems.append(
            Problem(
                file,
                "currency_code",
                f"{currency!r} is no ISO 4217 code",
                "give three capitals, such as EUR",
            )
        )
    as_of = str(vars_["as_of_date"])
    try:
        date.fromisoformat(as_of)
    except ValueError:
        problems.append(
            Problem(file, "as_of_date", f"{as_of!r} is no date", 'write "2026-01-31"')
        )
    grain = vars_["recommendation_grain"]
    if grain not in _GRAINS:
        problems.append(
            Problem(
                file,
                "recommendation_grain",
                f"{grain!r} is not one",
                f"take {', '.join(_GRAINS)}",
            )
        )
    for name in ("segment_features", "propensity_features", "profile_features"):
        listed = vars_[name] if isinstance(vars_[name], list) else []
        for feature in listed:
            if feature not in vars_["features"]:
                near = _nearest(str(feature), vars_["features"])
                problems.append(
                    Problem(file, name, f"no feature is {feature!r}", f"is it {near}?")
                )
    return problems


def _check_outcomes(settings: Settings, vars_: dict[str, Any]) -> list[Problem]:
    file = business_file(settings)
    outcomes = vars_["outcomes"]
    if not isinstance(outcomes, list) or not outcomes:
        return [Problem(file, "outcomes", "names none", "write outcomes: [lapse_60d]")]
    known = [row["outcome_type"] for row in _seed(settings, "outcome_types")]
    priced = {
        (row["business"], row["outcome_type"])
        for seed in ("costs", "lending")
        for row in _seed(settings, seed)
    }
    problems = []
    for outcome in outcomes:
        if outcome not in known:
            problems.append(
                Problem(
                    file,
                    "outcomes",
                    f"{outcome!r} is not in seeds/outcome_types.csv",
                    f"take one of {', '.join(known)}, or add a row there",
                )
            )
        elif (settings.business, outcome) not in priced:
            problems.append(
                Problem(
                    "seeds/costs.csv",
                    f"{settings.business},{outcome}",
                    "there is no such row",
                    "add what a contact costs, the margin and the rate of those saved: "
                    f"{settings.business},{outcome},0.60,0.35,0.10",
                )
            )
    return problems


def _seed(settings: Settings, name: str) -> list[dict[str, str]]:
    path = settings.project_dir / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _check_sources(settings: Settings, vars_: dict[str, Any]) -> list[Problem]:
    file = business_file(settings)
    if not isinstance(vars_["sources"], dict) or not vars_["sources"]:
        return [
            Problem(
                file,
                "sources",
                "names no source with its entities",
                "write sources: {till: [customers, items, interactions]}",
            )
        ]
    problems = []
    staging = settings.project_dir / "models" / "staging"
    known = sorted(path.name for path in staging.iterdir() if path.is_dir())
    switches = _project(settings)["models"]["covey"]
    for source, entities in vars_["sources"].items():
        if source not in known:
            problems.append(
                Problem(
                    file,
                    "sources",
                    f"there is no models/staging/{source}",
                    f"take one of {', '.join(known)}, or make it with covey init",
                )
            )
            continue
        for room in ("staging", "intermediate"):
            if source not in switches[room]:
                problems.append(
                    Problem(
                        "dbt_project.yml",
                        f"models.covey.{room}",
                        f"{source} is not switched on",
                        f"add {source}: +enabled below the others",
                    )
                )
        problems += _check_feeds(settings, str(source), entities or [])
    return problems


def _check_feeds(settings: Settings, source: str, entities: Any) -> list[Problem]:
    folder = Path("models") / "intermediate" / source
    problems = []
    for entity in [*entities, _EVERY_SOURCE_FEEDS]:
        name = f"int_{source}__{entity}.sql"
        if not (settings.project_dir / folder / name).is_file():
            problems.append(
                Problem(
                    business_file(settings),
                    f"sources.{source}",
                    f"{entity} has no model {folder / name}",
                    "write it, or take the entity off the list",
                )
            )
    if "customers" not in entities or "interactions" not in entities:
        problems.append(
            Problem(
                business_file(settings),
                f"sources.{source}",
                "feeds no customers or no interactions",
                "list both: nothing is known without them",
            )
        )
    return problems


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(name, known, 1, 0)
    return found[0] if found else known[0]
