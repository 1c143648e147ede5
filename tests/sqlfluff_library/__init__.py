"""What vars and macros stand for when sqlfluff reads a model.

sqlfluff judges what a model says itself and not what macros write, so that a short
stand-in of the right kind serves as well as the SQL that dbt would render: a query, or
the name of the macro where an expression or a table is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

_PROJECT_DIR = Path(__file__).resolve().parents[2]
_VARS = yaml.safe_load((_PROJECT_DIR / "dbt_project.yml").read_text())["vars"]
_MACRO = re.compile(r"\{%-? macro (\w+)\(.*?%\}(.*?)\{%-? endmacro", re.DOTALL)
_NO_SQL = re.compile(r"\{#.*?#\}|\{%.*?%\}|--[^\n]*", re.DOTALL)
_QUERY = re.compile(r"(?P<before>union all by name\s|\()?\s*(select|with)\b")
_DISPATCHED = "default__"


def var(name: str, default: Any = None) -> Any:
    """Give a setting of the project."""
    return _VARS.get(name, default)


def _query(before: str) -> Callable[..., str]:
    after = ")" if before == "(" else ""

    def query(*arguments: object, **named: object) -> str:
        """Read every relation that the macro is told of."""
        told = [str(value) for value in (*arguments, *named.values())]
        relations = [name for name in told if re.fullmatch(r"[a-z_]\w*", name)]
        return f"{before}select * from {', '.join(relations or ['nothing'])}{after}"

    return query


def _stand_in(name: str, bodies: dict[str, str]) -> Callable[..., str]:
    body = bodies.get(_DISPATCHED + name, bodies[name]).lstrip()
    called = re.match(r"\{\{-? (\w+)\(", body)
    if called and called[1] in bodies:
        return _stand_in(called[1], bodies)
    found = _QUERY.match(body)
    return _query(found["before"] or "") if found else lambda *_, **named: name


def _stand_ins() -> dict[str, Callable[..., str]]:
    text = "\n".join(path.read_text() for path in sorted(_PROJECT_DIR.glob("macros/*")))
    bodies = {name: _NO_SQL.sub("", body) for name, body in _MACRO.findall(text)}
    return {name: _stand_in(name, bodies) for name in bodies}


globals().update(_stand_ins())
