"""What a published version is a function of, as one short hash.

Landed files, settings, code and the libraries that compute: if none of them changed,
a build would make the same tables again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from covey.settings import Settings, SettingsError

_FILES = ("dbt_project.yml", "profiles.yml", "packages.yml", "package-lock.yml")
_FOLDERS = ("models", "macros", "seeds", "snapshots", "tests/dbt", "python/covey")
# They show and carry the tables, and change nothing in them.
_BESIDE_THE_POINT = tuple(
    f"python/covey/{room}/" for room in ("cli", "published", "reports", "words")
)
# What a fit is a function of, besides rows and settings.
_LEARNING = (
    "models/features/",
    "models/ml/",
    "macros/",
    "python/covey/ml/",
    "seeds/readiness_checks.csv",
)
# Settings that take one word of a few. Others say at their place what is wrong.
_CHOICES = {
    "refit_calendar": ("day", "week", "month", "quarter"),
    "recommendation_grain": ("item", "item_type", "category"),
    "recommendation_method": ("item_item_cosine", "ease", "content"),
    "basket_algorithm": ("fp_growth", "apriori"),
}
_DEMO = "is_demo"  # read by landing and no model
_LIBRARIES = ("dbt-core", "dbt-duckdb", "duckdb", "numpy", "pandas", "scikit-learn")


@dataclass(frozen=True)
class Inputs:
    """The inputs of a build.

    Attributes
    ----------
    fingerprint : str
        Eight hexadecimal digits.
    vars : dict
        The dbt vars in force: the project's defaults under the business's own.
    settings : str
        Hash of everything but the landed files and the date.
    learning : str
        Hash of what a fit depends on, its rows and the date apart.
    landed : list of str
        The landed files, as paths of their manifests.
    newest_file : Path
        The input that changed last.
    newest_at : float
        When, in seconds since the epoch.
    """

    fingerprint: str
    vars: dict[str, Any]
    settings: str
    learning: str
    landed: list[str]
    newest_file: Path
    newest_at: float


def read_inputs(settings: Settings) -> Inputs:
    """Hash everything that a build of this business depends on."""
    effective = effective_vars(settings)
    code = sorted(_code_files(settings))
    landed = sorted(_landed_manifests(settings, effective))
    lasting = {key: value for key, value in effective.items() if key != "as_of_date"}
    about = [_as_text(lasting), *(f"{n} {_installed_version(n)}" for n in _LIBRARIES)]
    learning = [file for file in code if _learns(settings, file)]
    hashes = {
        "settings": _hash(settings.project_dir, code, about),
        "learning": _hash(settings.project_dir, learning, about),
        "landed": _hash(settings.data_dir, landed, [str(effective["as_of_date"])]),
    }
    newest = max([*code, *landed], key=lambda file: file.stat().st_mtime)
    return Inputs(
        _hash(settings.data_dir, [], [hashes["settings"], hashes["landed"]])[:8],
        effective,
        hashes["settings"],
        hashes["learning"],
        [file.relative_to(settings.data_dir).as_posix() for file in landed],
        newest,
        newest.stat().st_mtime,
    )


def effective_vars(settings: Settings) -> dict[str, Any]:
    """Give the project's default vars, overridden by the business's own."""
    project = settings.project_dir / "dbt_project.yml"
    content = yaml.safe_load(project.read_text(encoding="utf-8"))
    return {**(content.get("vars") or {}), **settings.vars}


def check_settings(settings: Settings) -> None:
    """Refuse a setting that nothing reads, or a word that it does not take.

    Raises
    ------
    SettingsError
        If there is one, naming what is spelled most like it, or may stand there.
    """
    file = f"businesses/{settings.business}.yml"
    known = {_DEMO, *effective_vars(replace(settings, vars={}))}
    for name, value in settings.vars.items():
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f": is it {near[0]}?" if near else ""
            raise SettingsError(f"{file}: there is no setting {name}{hint}")
        if value not in _CHOICES.get(name, (value,)):
            choices = ", ".join(_CHOICES[name])
            raise SettingsError(f"{file}: {name} is {value}, not one of {choices}")


def same_vars(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Compare vars as dbt reports them, which writes dates as text."""
    return _as_text(one) == _as_text(other)


def _as_text(values: dict[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, default=str)


def _hash(root: Path, files: Sequence[Path], about: Sequence[str]) -> str:
    """Hash words and files, each under its name."""
    digest = hashlib.sha256("\n".join(about).encode())
    for file in files:
        digest.update(f"\n{file.relative_to(root).as_posix()}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _learns(settings: Settings, file: Path) -> bool:
    relative = file.relative_to(settings.project_dir).as_posix()
    return relative.startswith(_LEARNING)


def _code_files(settings: Settings) -> Iterator[Path]:
    for name in _FILES:
        if (settings.project_dir / name).is_file():
            yield settings.project_dir / name
    for name in _FOLDERS:
        for file in (settings.project_dir / name).rglob("*"):
            relative = file.relative_to(settings.project_dir).as_posix()
            is_cache = "__pycache__" in file.parts or file.name.startswith(".")
            is_beside = is_cache or relative.startswith(_BESIDE_THE_POINT)
            if file.is_file() and not is_beside:
                yield file


def _landed_manifests(settings: Settings, effective: dict[str, Any]) -> Iterator[Path]:
    """Find the manifests of the sources that the business names, or of all."""
    named = effective.get("sources")
    folders = named if isinstance(named, dict | list) else ["*"]
    for folder in folders:
        yield from settings.landed_dir.glob(f"{folder}/*/*.json")


def _installed_version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "absent"
