"""One shop over two systems: nothing is lost, and what is planted is there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from covey.synthetic import TwoSystems, make_shop, split_shop, write_two_systems
from covey.synthetic.till_members import OFFICE_PHONE


@pytest.fixture(scope="module")
def systems() -> TwoSystems:
    return split_shop(make_shop(1500, 4, faults=False), seed=4)


def planted(systems: TwoSystems, kind: str) -> pd.DataFrame:
    """The till's records of a kind, with the truth about them."""
    truth = systems.planted_people
    chosen = truth[(truth["system"] == "till") & (truth["kind"] == kind)]
    return chosen.merge(systems.members, left_on="customer_id", right_on="member_no")


def plain(key_type: str, text: str) -> str:
    """Bring a value to one spelling, for the ways to write that are planted."""
    if key_type == "email":
        return text.replace("\u00a0", "").strip().lower()
    digits = text.replace("(0)", "").translate({ord(sign): "" for sign in " /-+"})
    return digits.removeprefix("00").removeprefix("49").removeprefix("0")


def test_every_line_is_in_one_system(systems: TwoSystems) -> None:
    whole = make_shop(1500, 4, faults=False)
    lines = len(systems.shop.order_lines) + len(systems.receipts)
    assert lines == len(whole.order_lines)
    till = (
        systems.receipts["pieces"].astype(int) * systems.receipts["price"].astype(float)
        - systems.receipts["reduction"].astype(float)
    ).sum()
    assert till > 0
    assert systems.receipts["member_no"].isin(systems.members["member_no"]).all()
    customers = systems.shop.customers["customer_id"]
    assert systems.shop.order_lines["customer_id"].isin(customers).all()
    assert systems.shop.events["customer_id"].isin(customers).all()


def test_the_same_seed_makes_the_same_systems(systems: TwoSystems) -> None:
    again = split_shop(make_shop(1500, 4, faults=False), seed=4)
    pd.testing.assert_frame_equal(again.members, systems.members)
    pd.testing.assert_frame_equal(again.receipts, systems.receipts)
    other = split_shop(make_shop(1500, 4, faults=False), seed=5)
    assert not other.members.equals(systems.members)


def test_every_record_has_its_truth(systems: TwoSystems) -> None:
    truth = systems.planted_people
    assert not truth.duplicated(["system", "customer_id"]).any()
    ids = {
        "shop": set(systems.shop.customers["customer_id"]),
        "till": set(systems.members["member_no"]),
    }
    for system, expected in ids.items():
        assert set(truth.loc[truth["system"] == system, "customer_id"]) == expected


@pytest.mark.parametrize(
    ("key_type", "at_till", "at_shop"),
    [
        ("email", "mail", "email"),
        ("phone", "mobile", "phone"),
        ("loyalty", "card_no", "loyalty_id"),
    ],
)
def test_what_is_said_to_be_shared_is(
    systems: TwoSystems, key_type: str, at_till: str, at_shop: str
) -> None:
    records = planted(systems, "")
    tied = records[records["shared_key"].str.contains(key_type)]
    assert len(tied) > 50
    own = systems.shop.customers.set_index("customer_id")[at_shop]
    spelled_otherwise = 0
    for person, value in zip(tied["person"], tied[at_till], strict=True):
        assert plain(key_type, value) == plain(key_type, own[person])
        spelled_otherwise += value != own[person]
    if key_type != "loyalty":
        assert spelled_otherwise > len(tied) / 2


def test_what_ties_nobody_is_planted(systems: TwoSystems) -> None:
    assert (planted(systems, "office")["mobile"] == OFFICE_PHONE).sum() > 50
    look_alikes = planted(systems, "look_alike")["mail"]
    assert len(look_alikes) == 3
    assert not look_alikes.str.isascii().any()
    families = planted(systems, "family")
    years = systems.shop.customers.set_index("email")["birth_year"]
    for mail, born in zip(families["mail"], families["born"], strict=True):
        assert years[plain("email", mail)] != born
    assert systems.shop.customers["email"].duplicated().any()
    second = planted(systems, "second_card")
    assert second["person"].isin(planted(systems, "")["person"]).all()


def test_written_files(systems: TwoSystems, tmp_path: Path) -> None:
    written = {
        path.relative_to(tmp_path).as_posix()
        for path in write_two_systems(systems, tmp_path)
    }
    assert {"shop/customers.csv", "till/members.csv", "till/receipts.csv"} < written
    assert "truth/people.csv" in written
    back = pd.read_csv(tmp_path / "till" / "members.csv", dtype=str)
    assert back["mail"].str.contains("\u00a0").any()
