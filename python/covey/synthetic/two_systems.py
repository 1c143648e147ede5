"""One shop over two systems that know the same people by different ids.

The web shop keeps its files; a till with ids and column names of its own gets what was
sold in stores. What ties a person's records, and what only seems to, is planted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from covey.synthetic.shop import Shop, write_frames, write_shop
from covey.synthetic.till_members import make_members

TILL_TABLES = ("members", "receipts")
# Of all people: in the shop only, in both systems, at the till only.
SYSTEM_SHARES = {"shop": 0.35, "both": 0.4, "till": 0.25}
# Of the people in both: what their two records have in common.
SHARED_KEY_SHARES = {
    "email": 0.4,
    "phone": 0.2,
    "loyalty": 0.15,
    "email,phone": 0.1,
    "none": 0.15,
}
FAMILY_SHARE = 0.02


@dataclass(frozen=True)
class TwoSystems:
    """What each system exports, and the truth behind it.

    Attributes
    ----------
    shop : Shop
        Without faults; its customers also have ``phone`` and ``loyalty_id``.
    members, receipts : pandas.DataFrame
        The till's two tables, every column text.
    planted_people : pandas.DataFrame
        One row per record: ``system``, ``customer_id``, ``person``, ``shared_key``
        (what a till record has in common with another record of the person, or
        ``none``; empty for a record of the shop) and ``kind`` (``family``, ``office``,
        ``look_alike``, ``second_card`` or empty).
    """

    shop: Shop
    members: pd.DataFrame
    receipts: pd.DataFrame
    planted_people: pd.DataFrame


def split_shop(shop: Shop, seed: int) -> TwoSystems:
    """Split a shop that was made without faults.

    Parameters
    ----------
    shop : Shop
    seed : int
        The same arguments give the same files.

    Returns
    -------
    TwoSystems
    """
    rng = np.random.default_rng([seed, len(shop.customers)])
    people = _draw_people(shop.customers, rng)
    _plant_families(people, rng)
    members = make_members(people, rng)
    in_shop = people[people["system"] != "till"]
    customers = shop.customers.merge(
        in_shop[["person", "email_at_shop", "phone_at_shop", "loyalty_at_shop"]],
        left_on="customer_id",
        right_on="person",
    )
    customers["email"] = customers.pop("email_at_shop")
    customers["phone"] = customers.pop("phone_at_shop")
    customers["loyalty_id"] = customers.pop("loyalty_at_shop")
    lines, receipts = _split_lines(shop.order_lines, people, members)
    planted_shop = pd.DataFrame(
        {
            "system": "shop",
            "customer_id": in_shop["person"],
            "person": in_shop["person"],
            "shared_key": "",
            "kind": in_shop["kind"],
        }
    )
    planted_till = members.rename(columns={"member_no": "customer_id"}).assign(
        system="till"
    )
    planted = pd.concat(
        [planted_shop, planted_till[list(planted_shop.columns)]], ignore_index=True
    )
    events = shop.events[shop.events["customer_id"].isin(in_shop["person"])]
    return TwoSystems(
        shop=replace(
            shop,
            customers=customers.drop(columns="person"),
            order_lines=lines,
            events=events.reset_index(drop=True),
        ),
        members=members[["member_no", "mail", "mobile", "card_no", "born", "joined"]],
        receipts=receipts,
        planted_people=planted,
    )


def write_two_systems(systems: TwoSystems, folder: Path) -> list[Path]:
    """Write ``folder/shop`` and ``folder/till``, and the truth about people.

    Returns
    -------
    list of pathlib.Path
        The files.
    """
    frames = {
        **{
            folder / "till" / f"{name}.csv": getattr(systems, name)
            for name in TILL_TABLES
        },
        folder / "truth" / "people.csv": systems.planted_people,
    }
    return [*write_shop(systems.shop, folder / "shop"), *write_frames(frames)]


def _draw_people(customers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw where each person is known, and by what; None is not given."""
    n = len(customers)
    system = rng.choice(list(SYSTEM_SHARES), n, p=list(SYSTEM_SHARES.values()))
    shared = rng.choice(list(SHARED_KEY_SHARES), n, p=list(SHARED_KEY_SHARES.values()))
    shared = np.where(system == "both", shared, "none")
    number = rng.permutation(n)
    people = pd.DataFrame(
        {
            "person": customers["customer_id"],
            "system": system,
            "shared_key": shared,
            "kind": "",
            "birth_year": customers["birth_year"],
            "signed_up_at": customers["signed_up_at"],
            "email": customers["email"],
            "phone": [f"0{1510 + each % 90}{2_000_000 + each:08d}" for each in number],
            "loyalty": [f"L{70_000_000 + each * 7}" for each in number],
        }
    )
    has_phone = people["shared_key"].str.contains("phone") | (rng.random(n) < 0.3)
    has_card = (people["shared_key"] == "loyalty") | (rng.random(n) < 0.2)
    people["email_at_shop"] = people["email"]
    people["phone_at_shop"] = people["phone"].where(has_phone, None)
    people["loyalty_at_shop"] = people["loyalty"].where(has_card, None)
    return people


def _plant_families(people: pd.DataFrame, rng: np.random.Generator) -> None:
    """Let people born in different years share an e-mail address.

    In turn both are customers of the shop, or one of the shop and one of the till.
    """
    count = max(2, round(FAMILY_SHARE * len(people)))
    alone = {
        system: list(rng.permutation(people.index[people["system"] == system]))
        for system in ("shop", "till")
    }
    for turn in range(count):
        other = "shop" if turn % 2 else "till"
        if not alone["shop"] or len(alone[other]) < 2:
            return
        parent = alone["shop"].pop()
        year = people.loc[parent, "birth_year"]
        fitting = [i for i in alone[other] if people.loc[i, "birth_year"] != year]
        if not fitting:
            return
        alone[other].remove(fitting[0])
        people.loc[fitting[0], ["email", "email_at_shop"]] = people.loc[parent, "email"]
        people.loc[[parent, fitting[0]], "kind"] = "family"


def _split_lines(
    lines: pd.DataFrame, people: pd.DataFrame, members: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the till what its members bought in stores, and those it knows alone all."""
    system = lines["customer_id"].map(people.set_index("person")["system"])
    at_till = (system == "till") | ((system == "both") & (lines["channel"] == "store"))
    sold = lines[at_till]
    cards = members.groupby("person")["member_no"].agg(list)
    # Who has two cards shows the one or the other.
    turn = sold["order_id"].str[1:].astype(int)
    numbers = [
        cards[person][each % len(cards[person])]
        for person, each in zip(sold["customer_id"], turn, strict=True)
    ]
    receipts = pd.DataFrame(
        {
            "receipt_no": "B" + sold["order_id"].str[1:],
            "position": sold["line_number"],
            "member_no": numbers,
            "article": sold["product_id"],
            "sold_at": sold["ordered_at"],
            "pieces": sold["quantity"],
            "price": sold["unit_price"],
            "reduction": sold["discount_amount"],
        }
    )
    return lines[~at_till].reset_index(drop=True), receipts.reset_index(drop=True)
