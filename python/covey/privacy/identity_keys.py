"""Keys by which two systems know the same person, without saying who it is.

An e-mail address, a phone number or a loyalty id is brought to one spelling and hashed
with the business's key: the same person has the same key in every source. An address
that only looks like another one keeps a key of its own.
"""

from __future__ import annotations

import hmac
import re
import unicodedata

# Invisible letters that web forms and spreadsheets leave in addresses.
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_EXTENSION = re.compile(r"(?:ext\.?|x|#|durchwahl)\s*\d+\s*$", re.IGNORECASE)
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
_PHONE_DIGITS = range(6, 16)
# Letters of other scripts that are drawn like Latin ones.
_DRAWN_LIKE_LATIN = frozenset("асеорхуіјѕһԁԛԝьѵοναιτρυκχϳ")
_HEX_DIGITS = 32
KEY_TYPES = ("email", "phone", "loyalty")


def identity_key(key: bytes, key_type: str, normalised: str) -> str:
    """Give the key of a normalised value, the same in every source.

    Parameters
    ----------
    key : bytes
        The business's secret.
    key_type : str
        ``email``, ``phone``, ``loyalty`` or another declared type.
    normalised : str
        What `normalise` gave.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    message = f"identity:{key_type}:{normalised}".encode()
    return hmac.digest(key, message, "sha256").hex()[:_HEX_DIGITS]


def normalise(key_type: str, value: str, country: str = "") -> str:
    """Bring a value to the one spelling of its type; empty if it is unusable."""
    if key_type == "email":
        return normalise_email(value)
    if key_type == "phone":
        return normalise_phone(value, country)
    return _INVISIBLE.sub("", value).strip()


def normalise_email(value: str) -> str:
    """Drop blanks, invisible letters and case; empty if it is no address.

    Examples
    --------
    >>> normalise_email(" Ann@Example.COM")
    'ann@example.com'
    >>> normalise_email("n/a")
    ''
    """
    address = _INVISIBLE.sub("", value).replace("\u00a0", " ").strip().casefold()
    name, _, domain = address.partition("@")
    is_address = name and domain and "@" not in domain and not re.search(r"\s", address)
    return address if is_address else ""


def normalise_phone(value: str, country: str = "") -> str:
    """Keep the digits, with the country's in front; empty if it is no number.

    Parameters
    ----------
    value : str
    country : str
        Digits of the country that a leading 0 stands for.

    Examples
    --------
    >>> normalise_phone("+49 (0)171 / 123-45")
    '4917112345'
    >>> normalise_phone("0171 12345", country="49")
    '4917112345'
    """
    text = _EXTENSION.sub("", value.strip())
    is_international = text.lstrip(" (").startswith(("+", "00"))
    if is_international:
        text = _TRUNK_ZERO.sub("", text)
    digits = "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdecimal())
    if digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0") and country and not is_international:
        digits = country + digits[1:]
    is_number = len(digits) in _PHONE_DIGITS and len(set(digits)) > 1
    return digits if is_number else ""


def is_look_alike(address: str) -> bool:
    """Say whether an address mixes alphabets so that it passes for another one.

    Examples
    --------
    >>> is_look_alike("ann@example.com"), is_look_alike("\u0430nn@example.com")
    (False, True)
    """
    if address.isascii():
        return False
    return any(_is_mixed(label) for label in re.split(r"[@.]", address))


def _is_mixed(label: str) -> bool:
    letters = [sign for sign in label if sign.isalpha()]
    scripts = {unicodedata.name(sign, "UNNAMED").split()[0] for sign in letters}
    is_all_drawn_like_latin = bool(letters) and _DRAWN_LIKE_LATIN.issuperset(letters)
    odd = scripts & {"FULLWIDTH", "MATHEMATICAL", "MODIFIER"}
    return (
        ("LATIN" in scripts and len(scripts) > 1)
        or is_all_drawn_like_latin
        or bool(odd)
    )
