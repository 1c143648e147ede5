"""Who may import what, who may print, and how long a thing may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from conftest import PROJECT_DIR, SLOWEST_FIRST

PACKAGE = PROJECT_DIR / "python" / "covey"
MODULES = sorted(PACKAGE.rglob("*.py"))
# What a room may import beside itself, `settings` and `warehouse`.
MAY_IMPORT: dict[str, set[str]] = {
    "ml": set(),
    "privacy": set(),
    "landing": {"privacy"},
    "mapping": {"landing"},
    "publish": {"landing"},
    "synthetic": {"privacy"},
    "words": set(),
    "published": {"words"},
    "reports": {"words", "published"},
}
NAMES_WITHOUT_MEANING = {"utils", "helpers", "misc", "common"}


def imported_names(path: Path) -> set[str]:
    """Every top-level package and covey room that a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def imports(path: Path, package: str) -> bool:
    names = imported_names(path)
    return any(name == package or name.startswith(f"{package}.") for name in names)


def find_rooms(path: Path) -> set[str]:
    """The rooms of covey that a module imports from."""
    names = (name.split(".") for name in imported_names(path))
    return {parts[1] for parts in names if parts[0] == "covey" and len(parts) > 1}


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_module_keeps_to_its_room(path: Path) -> None:
    name = relative(path)
    if name != "warehouse.py":
        assert "duckdb.connect" not in path.read_text(), (
            "only warehouse.py opens DuckDB"
        )
    room, *inner = name.split("/")
    if room in MAY_IMPORT:
        allowed = {room, "settings", "warehouse"} | MAY_IMPORT[room]
        assert find_rooms(path) <= allowed, f"{room}/ may import {sorted(allowed)}"
    if room == "ml":
        for package in ("duckdb", "dbt", "typer", "rich", "covey.warehouse"):
            assert not imports(path, package), f"ml/ is pure and may not use {package}"
        tasks = {"segments", "propensity", "recommendations", "baskets"} - {inner[0]}
        for task in tasks:
            assert not imports(path, f"covey.ml.{task}"), "no task knows another"
    for one, other in (("answers", "work"), ("work", "answers")):
        if name.startswith(f"cli/{one}/"):
            assert not imports(path, f"covey.cli.{other}"), "share it in cli/ itself"
    if not name.startswith(("cli/", "__main__")):
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
        ]
        assert not calls, "only cli/ prints"
        assert not imports(path, "covey.cli"), "nothing depends on the command line"
        assert not imports(path, "typer"), "only cli/ knows typer"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_module_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    assert path.stem not in NAMES_WITHOUT_MEANING
    assert ast.get_docstring(ast.parse(text)), "a module opens by saying what it is"


def test_test_modules_are_short() -> None:
    tests = sorted((PROJECT_DIR / "tests").rglob("*.py"))
    lines = {path.name: len(path.read_text().splitlines()) for path in tests}
    assert not {name: count for name, count in lines.items() if count > 400}
    assert {f"{name}.py" for name in SLOWEST_FIRST} <= set(lines)


def test_models_are_short() -> None:
    limits = {"*.sql": 110, "*.py": 30, "*.yml": 200}
    too_long = [
        f"{path.name}: {len(path.read_text().splitlines())} lines"
        for pattern, limit in limits.items()
        for path in (PROJECT_DIR / "models").rglob(pattern)
        if len(path.read_text().splitlines()) > limit
    ]
    assert not too_long


def test_models_have_no_control_flow() -> None:
    blocks = ("{% for", "{%- for", "{% if", "{%- if", "{% set", "{%- set")
    with_logic = [
        path.name
        for path in (PROJECT_DIR / "models").rglob("*.sql")
        if any(block in path.read_text() for block in blocks)
    ]
    assert not with_logic, "a loop or an if belongs in a macro"
