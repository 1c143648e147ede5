"""Where things are and what a business says about itself.

The only place that knows paths. It imports nothing heavy, so that a look-up can
use it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

DEFAULT_BUSINESS = "sample"
_BUSINESS_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


class SettingsError(ValueError):
    """A setting is wrong; the message names it and says what to do."""


@dataclass(frozen=True)
class Settings:
    """One business's paths and dbt vars.

    Attributes
    ----------
    business : str
        Name of the business, also the name of its warehouse folder.
    project_dir : Path
        The dbt project (holds ``dbt_project.yml``).
    data_dir : Path
        Parent of ``data/`` and ``warehouse/``; ``COVEY_DATA_DIR`` or the project.
    vars : dict
        The business file's dbt vars; empty for the sample, whose vars are the
        defaults of ``dbt_project.yml``.
    """

    business: str
    project_dir: Path
    data_dir: Path
    vars: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, business: str = DEFAULT_BUSINESS) -> Settings:
        """Read ``businesses/<business>.yml``.

        Raises
        ------
        SettingsError
            If the name is not a plain word, or there is no such file.
        """
        if not _BUSINESS_NAME.fullmatch(business):
            raise SettingsError(
                f"{business!r} is not a business name: lower-case letters, digits and _"
            )
        project_dir = find_project_dir()
        data_dir = Path(os.environ.get("COVEY_DATA_DIR") or project_dir).resolve()
        return cls(business, project_dir, data_dir, _read_vars(project_dir, business))

    def with_as_of(self, as_of_date: str) -> Settings:
        """Give the same business at another scoring date."""
        return replace(self, vars={**self.vars, "as_of_date": as_of_date})

    @property
    def landed_dir(self) -> Path:
        """Immutable copies of what the sources gave."""
        return self.data_dir / "data" / "landed"

    @property
    def private_dir(self) -> Path:
        """Contact details, which only exports read."""
        return self.data_dir / "data" / "private"

    @property
    def warehouse_dir(self) -> Path:
        """Everything that a build of this business writes."""
        return self.data_dir / "warehouse" / self.business

    @property
    def target_dir(self) -> Path:
        """Where dbt writes what it compiled and how the run went."""
        return self.warehouse_dir / "target"

    @property
    def build_path(self) -> Path:
        """The private build file."""
        return self.warehouse_dir / "build.duckdb"

    @property
    def judged_dir(self) -> Path:
        """What judging landed rows writes, apart from the build: file, target, log."""
        return self.warehouse_dir / "judged"

    @property
    def published_dir(self) -> Path:
        """The published versions."""
        return self.warehouse_dir / "published"

    @property
    def state_dir(self) -> Path:
        """What each published version hands to the next build."""
        return self.warehouse_dir / "state"

    @property
    def current_path(self) -> Path:
        """The version that readers open."""
        return self.warehouse_dir / "covey.duckdb"

    @property
    def is_demo(self) -> bool:
        """Whether the fixed demo key may stand in for a real one."""
        default = self.business == DEFAULT_BUSINESS
        return bool(self.vars.get("is_demo", default))


def find_project_dir() -> Path:
    """Find the dbt project: ``COVEY_PROJECT_DIR``, the folder above, or the source.

    Raises
    ------
    SettingsError
        If there is none.
    """
    named = os.environ.get("COVEY_PROJECT_DIR")
    here = Path.cwd()
    source = Path(__file__).resolve().parents[2]
    places = [Path(named)] if named else [here, *here.parents, source]
    for place in places:
        if (place / "dbt_project.yml").is_file() and (place / "businesses").is_dir():
            return place.resolve()
    raise SettingsError(
        "no covey project here: run inside the checkout, or set COVEY_PROJECT_DIR"
    )


def business_names(project_dir: Path) -> list[str]:
    """Name every business there is, the sample first."""
    files = sorted((project_dir / "businesses").glob("*.yml"))
    return [DEFAULT_BUSINESS, *(file.stem for file in files)]


def _read_vars(project_dir: Path, business: str) -> dict[str, Any]:
    if business == DEFAULT_BUSINESS:
        return {}
    path = project_dir / "businesses" / f"{business}.yml"
    if not path.is_file():
        known = ", ".join(business_names(project_dir))
        raise SettingsError(f"no business {business!r}: there are {known}")
    import yaml  # only builds read a business file, look-ups never wait for this

    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or content.get("business") != business:
        raise SettingsError(f"{path.name} must be a mapping with business: {business}")
    return content
