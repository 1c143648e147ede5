"""Render a macro of the project as dbt would, so that its SQL can be tried alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2

PROJECT_DIR = Path(__file__).resolve().parents[2]
MACROS = PROJECT_DIR / "macros"
VARS = {
    "business": "shop",
    "as_of_date": "2026-01-01",
    "time_zone": "Europe/Berlin",
    "currency_code": "EUR",
}


def load_macros(dbt: dict[str, Any] | None = None, **settings: Any) -> Any:
    """Give every macro as a function; a `ref` is the name of its table.

    Parameters
    ----------
    dbt
        What else a macro asks of dbt, such as its `graph`.
    **settings
        Vars, over those of a shop in Berlin.
    """
    return _read("", settings, dbt).module


def render(text: str, **settings: Any) -> str:
    """Give the SQL of a model's text, to be run on tables of any content."""
    return str(_read(text, settings).render())


def _read(
    model: str, settings: dict[str, Any], dbt: dict[str, Any] | None = None
) -> Any:
    text = "\n".join(path.read_text() for path in sorted(MACROS.glob("*.sql")))
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals.update(
        var=lambda name, default=None: {**VARS, **settings}.get(name, default),
        ref=lambda name: name,
        source=lambda source_name, table_name: f"landed_{source_name}__{table_name}",
        is_incremental=lambda: False,
        none=None,
        # A macro that returns a value gives text here, and no text is false.
        **{"return": lambda value: value},
    )
    # A macro that returns a value writes nothing, which is false in a condition.
    environment.globals["return"] = lambda value: None
    environment.globals.update(dbt or {})
    return environment.from_string(text + model)
