"""Keyed pseudonyms: the only form in which a personal id passes the door.

HMAC-SHA256 (RFC 2104), cut to 128 bits. A plain hash of an e-mail address can be
guessed; with a key that stays in the environment it cannot.
"""

from __future__ import annotations

import hmac
import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from covey.settings import Settings

DEMO_KEY = b"covey-demo-key"
KEY_VARIABLE = "COVEY_KEY"
_HEX_DIGITS = 32
_EXPORTED = re.compile("covey:([0-9a-f]{32})")


class MissingKeyError(RuntimeError):
    """A real business has no key."""


def pseudonym(key: bytes, source: str, source_id: str) -> str:
    """Give the pseudonym of one id of one source.

    Parameters
    ----------
    key : bytes
        The business's secret.
    source : str
        Name of the source; the same id in two sources gives two pseudonyms.
    source_id : str
        The id as the source spells it, without blanks around it.

    Returns
    -------
    str
        32 hexadecimal digits.

    Examples
    --------
    >>> pseudonym(b"covey-demo-key", "complete_journey", "1")[:8]
    '2d8c7a8b'
    """
    message = f"{source}:{source_id}".encode()
    return hmac.digest(key, message, "sha256").hex()[:_HEX_DIGITS]


def known_pseudonym(value: str) -> str:
    """Give the pseudonym in ``covey:<32 hexadecimal digits>``; empty if it is none.

    Files that covey exported to be mended carry pseudonyms so, and land again as the
    same people.

    Examples
    --------
    >>> known_pseudonym("covey:" + "0" * 32) == "0" * 32
    True
    """
    found = _EXPORTED.fullmatch(value)
    return found.group(1) if found else ""


def read_key(settings: Settings) -> bytes:
    """Read the key of a business from the environment.

    A demo business falls back to the fixed, public demo key.

    Raises
    ------
    MissingKeyError
        If a real business has no key.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    if key:
        return key.encode()
    if settings.is_demo:
        return DEMO_KEY
    raise MissingKeyError(
        f"business {settings.business!r} needs a secret: set {KEY_VARIABLE} to a long "
        "random text, keep it, and use the same one for every load"
    )
