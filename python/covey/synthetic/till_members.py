"""What a till knows of the people of a shop, and how cashiers wrote it down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

# Of those who are tied by e-mail: who has a second record that shares the phone only.
SECOND_CARD_SHARE = 0.12
# Of the till's records: who gave the phone of a large office.
OFFICE_SHARE = 0.1
LARGEST_OFFICE = 300
OFFICE_PHONE = "+49 30 5550100"
LOOK_ALIKES = 3
_CYRILLIC = str.maketrans({"a": "\u0430", "e": "\u0435", "o": "\u043e"})


def make_members(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Make the till's records: what it knows of each person, in its own spelling.

    Parameters
    ----------
    people : pandas.DataFrame
        One row per person: ``person``, ``system``, ``shared_key``, ``kind``,
        ``birth_year``, ``signed_up_at``, ``email``, ``phone``, ``loyalty``.
    rng : numpy.random.Generator

    Returns
    -------
    pandas.DataFrame
        The columns of the till's file, and the truth about each record.
    """
    members = people[people["system"] != "shop"].copy()
    n = len(members)
    is_new = (members["system"] == "till").to_numpy()
    shared = members["shared_key"]
    has_mail = shared.str.contains("email") | (is_new & (rng.random(n) < 0.5))
    has_mail |= members["kind"] == "family"
    has_phone = shared.str.contains("phone") | (is_new & (rng.random(n) < 0.5))
    has_card = (shared == "loyalty") | (is_new & (rng.random(n) < 0.5))
    members["mail"] = members["email"].where(has_mail, None)
    members["mobile"] = members["phone"].where(has_phone, None)
    members["card_no"] = members["loyalty"].where(has_card, None)
    # Who shares nothing may have given another address.
    moved = (shared == "none") & ~is_new & (rng.random(n) < 0.5)
    members.loc[moved, "mail"] = "new." + members.loc[moved, "email"]
    is_known = (rng.random(n) < 0.8) | (members["kind"] == "family")
    members["born"] = members["birth_year"].where(is_known, None)
    _plant_strangers(members, people, rng)
    members = _with_second_cards(members, rng)
    order = rng.permutation(len(members))
    members = members.iloc[order].reset_index(drop=True)
    members["member_no"] = [f"{100_000 + each}" for each in range(len(members))]
    members["joined"] = members["signed_up_at"].str[:10]
    spelling = rng.integers(0, 4, len(members))
    members["mail"] = [
        _spell_mail(text, way)
        for text, way in zip(members["mail"], spelling, strict=True)
    ]
    members["mobile"] = [
        _spell_phone(text, way)
        for text, way in zip(members["mobile"], spelling, strict=True)
    ]
    return members


def _plant_strangers(
    members: pd.DataFrame, people: pd.DataFrame, rng: np.random.Generator
) -> None:
    """Plant what ties nobody: an office phone, and addresses that only look alike."""
    free = members.index[(members["system"] == "till") & (members["kind"] == "")]
    free = pd.Index(rng.permutation(free))
    odd = free[:LOOK_ALIKES]
    at_shop = people.loc[people["system"] == "shop", "email"].to_numpy()
    members.loc[odd, "mail"] = [
        str(each).translate(_CYRILLIC) for each in rng.choice(at_shop, len(odd))
    ]
    members.loc[odd, "kind"] = "look_alike"
    count = min(LARGEST_OFFICE, round(OFFICE_SHARE * len(members)))
    office = free[len(odd) : len(odd) + count]
    members.loc[office, "mobile"] = OFFICE_PHONE
    members.loc[office, "kind"] = "office"


def _with_second_cards(members: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give some people a second record at the till that only shares the phone."""
    tied = members[(members["shared_key"] == "email") & (members["kind"] == "")]
    again = tied[rng.random(len(tied)) < SECOND_CARD_SHARE].copy()
    members.loc[again.index, "mobile"] = again["phone"]
    again["mobile"] = again["phone"]
    again["mail"] = None
    again["shared_key"] = "phone"
    again["kind"] = "second_card"
    return pd.concat([members, again], ignore_index=True)


def _spell_mail(mail: Any, way: int) -> str | None:
    if not isinstance(mail, str):
        return None
    return (mail, mail.upper(), f"\u00a0{mail} ", mail.title())[way]


def _spell_phone(phone: Any, way: int) -> str | None:
    """Write a national number in other ways; one that has its country stays."""
    if not isinstance(phone, str):
        return None
    if phone.startswith("+"):
        return phone
    rest = phone[1:]
    return (
        phone,
        f"+49 {rest[:3]} {rest[3:]}",
        f"0049 {rest[:3]}/{rest[3:]}",
        f"+49 (0){rest[:3]}-{rest[3:]}",
    )[way]
