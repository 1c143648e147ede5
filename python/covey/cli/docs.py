"""Write `docs/cli.md` from the commands themselves: ``python -m covey.cli.docs``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import typer

from covey.cli.commands import COMMANDS, app
from covey.settings import find_project_dir

_INTRODUCTION = """# The `covey` command

This page is generated: `python -m covey.cli.docs` writes it, and a test compares it
with the commands.

Tables are for people; `--json` and `--csv` are for programs. Errors are one sentence on
stderr. `covey --install-completion` sets up completion for your shell.
"""


def render() -> str:
    """Render the page.

    Returns
    -------
    str
        Markdown with each command's help, as a terminal of 80 columns shows it.
    """
    os.environ["COLUMNS"] = "80"
    group: Any = typer.main.get_group(app)
    with group.make_context("covey", ["segments"]) as context:
        parts = [_INTRODUCTION, _block("covey", group.get_help(context))]
        for name in COMMANDS:
            command = group.get_command(context, name)
            inner = typer.Context(command, info_name=name, parent=context)
            parts.append(_block(f"covey {name}", command.get_help(inner)))
    return "\n".join(parts)


def main() -> None:
    """Write the page; with ``--check``, only say whether it is up to date."""
    page = find_project_dir() / "docs" / "cli.md"
    text = render()
    if "--check" not in sys.argv[1:]:
        page.write_text(text, encoding="utf-8")
    elif not is_fresh(page, text):
        sys.exit(f"{page.name} is out of date: run python -m covey.cli.docs")


def is_fresh(page: Path, text: str) -> bool:
    """Compare the page on disk with what the commands say now."""
    return page.is_file() and page.read_text(encoding="utf-8") == text


def _block(title: str, help_text: str) -> str:
    lines = "\n".join(line.rstrip() for line in help_text.strip().splitlines())
    return f"## `{title}`\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    main()
