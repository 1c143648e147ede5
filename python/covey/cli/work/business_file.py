"""Change settings in a business's file, and nothing else of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from covey.cli.exits import NOT_FOUND, CommandError
from covey.settings import Settings


def write_settings(settings: Settings, lines: Mapping[str, Sequence[str]]) -> None:
    """Put the lines of each top-level key in `businesses/<business>.yml`.

    Raises
    ------
    CommandError
        The business has no file: the sample's settings are in `dbt_project.yml`.
    """
    path = settings.project_dir / "businesses" / f"{settings.business}.yml"
    if not path.is_file():
        raise CommandError(
            f"business {settings.business!r} has no file {path.name} in businesses/: "
            "its settings are in dbt_project.yml",
            NOT_FOUND,
        )
    text = path.read_text(encoding="utf-8")
    for key, block in lines.items():
        text = replace_block(text, key, block)
    path.write_text(text, encoding="utf-8")


def replace_block(text: str, key: str, block: Sequence[str]) -> str:
    r"""Put `block` in the place of a top-level key and what is indented below it.

    Everything else stays as it is, comments included; a new key goes to the end.

    Examples
    --------
    >>> replace_block("a: 1 # one\nb:\n  c: 2\nd: 3", "b", ["b: 4"])
    'a: 1 # one\nb: 4\nd: 3\n'
    """
    lines = text.splitlines()
    start = next(
        (place for place, line in enumerate(lines) if line.startswith(f"{key}:")), None
    )
    if start is None:
        return "\n".join([*lines, *block]) + "\n"
    end = start + 1
    while end < len(lines) and lines[end].startswith((" ", "\t", "- ")):
        end += 1
    return "\n".join([*lines[:start], *block, *lines[end:]]) + "\n"
