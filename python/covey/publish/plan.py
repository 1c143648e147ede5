"""What a build has to do: everything, or what is new since the last one.

Two questions, each with its own answer. *Is a fit due?* Yes when there is no state with
an earlier date, when the calendar says so, when what learns has changed, or when it is
asked for; otherwise what was learned is taken over from the state. *Is the build file
still good?* Then only what is new is added to it: it is a cache, and without it a build
makes the same tables from nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from covey.publish.calendar import fit_date
from covey.publish.fingerprint import Inputs
from covey.publish.state import State, state_before
from covey.settings import Settings


@dataclass(frozen=True)
class Plan:
    """What one build does.

    Attributes
    ----------
    as_of_date, fit_date : date
        The scoring date, and what fits know everything before.
    state : State or None
        The newest state with an earlier date.
    refit_reason : str
        Why a fit is due; empty if what was learned is taken over from the state.
    increment_since : date or None
        The date of the build that is brought up to date; none for one from nothing.
    is_learned_there : bool
        Whether the build file has what the state learned.
    with_comparison : bool
        Whether to fit what only stands beside.
    """

    as_of_date: date
    fit_date: date
    state: State | None
    refit_reason: str
    increment_since: date | None
    is_learned_there: bool
    with_comparison: bool = False

    @property
    def keeps_fit(self) -> bool:
        """Whether only what is new is added to what a fit before has made."""
        return bool(
            self.increment_since and self.is_learned_there and not self.refit_reason
        )

    @property
    def vars(self) -> dict[str, Any]:
        """Give the dbt vars that tell the models of it, as texts."""
        told: dict[str, Any] = {}
        if self.increment_since:
            told["increment_since"] = self.increment_since.isoformat()
        if self.keeps_fit:
            told["keeps_fit"] = "true"
        if self.state:
            told["state_dir"] = str(self.state.folder)
            told["state_tables"] = ",".join(self.state.tables)
        if self.with_comparison:
            told["compare"] = True
        return told


def make_plan(
    settings: Settings,
    inputs: Inputs,
    refit: bool = False,
    force: bool = False,
    compare: bool = False,
) -> Plan:
    """Decide what a build of this business has to do.

    Parameters
    ----------
    refit : bool
        Fit anew, whatever the calendar says.
    force : bool
        Build from nothing, whatever the build file holds.
    compare : bool
        Fit anew, and what only stands beside too.
    """
    as_of_date = date.fromisoformat(str(inputs.vars["as_of_date"]))
    due = fit_date(as_of_date, str(inputs.vars.get("refit_calendar", "month")))
    state = state_before(settings, as_of_date)
    reason = "asked for" if refit or compare else _refit_reason(state, due, inputs)
    known = None if force else _read_cache(settings)
    is_good = (
        known is not None
        and known["settings"] == inputs.settings
        and date.fromisoformat(known["as_of_date"]) <= as_of_date
        and set(known["landed"]) <= set(inputs.landed)
    )
    since = date.fromisoformat(known["as_of_date"]) if known and is_good else None
    is_there = bool(
        known and state and is_good and known["learned_by"] == state.learned_by
    )
    return Plan(as_of_date, due, state, reason, since, is_there, compare)


def _refit_reason(state: State | None, due: date, inputs: Inputs) -> str:
    if state is None:
        return "no earlier version has a model"
    if state.fit_date < due:
        return f"due since {due}"
    if state.fit_date > due or state.learning != inputs.learning:
        return "settings or code that learn have changed"
    return ""


def forget_build(settings: Settings) -> None:
    """Say that the build file is no good, until a build has ended well."""
    _cache_path(settings).unlink(missing_ok=True)


def remember_build(settings: Settings, inputs: Inputs, learned_by: str) -> None:
    """Say what the build file holds after a whole and green build."""
    content = {
        "settings": inputs.settings,
        "as_of_date": str(inputs.vars["as_of_date"]),
        "landed": inputs.landed,
        "learned_by": learned_by,
    }
    path = _cache_path(settings)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


def _read_cache(settings: Settings) -> dict[str, Any] | None:
    if not settings.build_path.is_file():
        return None
    try:
        content = json.loads(_cache_path(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _cache_path(settings: Settings) -> Path:
    return settings.warehouse_dir / "build.json"
