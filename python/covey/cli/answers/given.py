"""Features that a person gives on the command line: by hand, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from covey.cli.exits import USAGE, CommandError

T = TypeVar("T")


def read_features(
    options: Sequence[str],
    text: str | None,
    read: Callable[[str, Any], T],
    example: str,
) -> dict[str, T]:
    """Read ``--feature NAME=VALUE`` and ``--features JSON``; the first come before.

    Parameters
    ----------
    options : sequence of str
        Those given one by one.
    text : str, optional
        A JSON object of them.
    read : callable
        Makes a value of a name and what was given for it.
    example : str
        A pair that means something, for the message of a mistake.

    Raises
    ------
    CommandError
        If something is no pair, or the text no JSON object.
    """
    try:
        content = json.loads(text or "{}")
    except ValueError as error:
        raise CommandError(f"--features is not JSON: {error}", USAGE) from None
    if not isinstance(content, dict):
        raise CommandError('--features takes an object like {"name": 1}', USAGE)
    given: dict[str, Any] = dict(content)
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise CommandError(f"{option!r} is not NAME=VALUE, as in {example}", USAGE)
        given[name.strip()] = value
    return {name: read(name, value) for name, value in given.items()}
