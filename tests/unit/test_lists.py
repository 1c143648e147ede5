"""Rules, fallbacks and bad input: every list is full, or says why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import duckdb
import pandas as pd
import pytest

from unit.lists_fixture import AS_OF, Lists, make_shop
from unit.macros import PROJECT_DIR, render
from unit.purchases_fixture import make_purchases

# Two halves of the alphabet, so that each has neighbours of its own.
BASKETS = {
    "ann": "abc",
    "bob": "bcd",
    "cat": "cde",
    "dan": "wxy",
    "eve": "xyz",
    "fay": "ab",
}
SEGMENTS = {
    **dict.fromkeys(("ann", "bob", "cat"), "Champions"),
    **dict.fromkeys(("dan", "eve", "fay"), "Dormant"),
}
LETTERS = "abcdewxyz"
GOODS = {
    letter: {
        "category": "Tea" if letter < "f" else "Coffee",
        "brand": "Basico" if letter in "ae" else "Nobile",
        "price_amount": place,
    }
    for place, letter in enumerate(LETTERS)
}
REPEATED = """
select customer_id, item_id from ml_recommendations__scores
group by customer_id, list_name, item_id
having count(*) > 1
union all
select customer_id, item_id from ml_recommendations__scores
semi join ml_recommendations__training_set using (customer_id, item_id)
where list_name = 'new_for_you'
"""


def make(*rules: dict[str, Any], **settings: Any) -> Lists:
    settings = {"items": GOODS, "segments": SEGMENTS, **settings}
    shop = Lists(make_shop(BASKETS), rules=list(rules), customers=["new"], **settings)
    check(shop)
    return shop


def check(shop: Lists) -> None:
    """No list holds a thing twice or a bought one, and none is short for no reason."""
    assert shop.connection.execute(REPEATED).fetchall() == []
    reasons = {*shop.reasons().values(), *shop.reasons("buy_again").values()}
    assert "unexplained" not in reasons


def rule(kind: str, scope: str = "", value: str = "", **columns: Any) -> dict[str, Any]:
    given = {"rule": kind, "scope": scope or None, "value": value or None}
    return {**given, "reason": "why not", **columns}


def test_without_rules_lists_are_full_and_new() -> None:
    shop = make()
    assert set(shop.reasons().values()) == {"full"}
    assert shop.lists()["bob"][:2] == ["a", "e"]
    assert shop.column("bob", "method")[1:] == ["item_item_cosine", "popularity"]
    assert shop.column("new", "method") == ["popularity"] * 3
    assert shop.column("bob", "moved_by") == [None] * 3
    assert shop.reasons("buy_again")["new"] == "nothing bought"
    assert shop.reasons("buy_again")["fay"] == "few things bought"


def test_what_is_left_out_makes_room_for_the_next() -> None:
    shop = make(rule("exclude", "item_id", "a", list_name="new_for_you"))
    assert shop.lists()["bob"][0] == "e"
    assert shop.column("bob", "moved_by")[0] == "exclude"
    assert "a" in shop.lists("buy_again")["ann"]
    assert "a" not in {item for items in shop.lists().values() for item in items}


def test_reasons_that_are_looked_up_are_those_of_the_library() -> None:
    purchases = make_purchases(seed=3).assign(
        purchased_date=lambda frame: frame["purchased_date"] + pd.Timedelta(days=400)
    )
    early, late = (
        Lists(purchases, list_length=10, reason_count=count).connection.execute(
            "select customer_id, rank, item_id, because_item_id "
            "from ml_recommendations__scores where list_name = 'new_for_you' "
            "and method = 'item_item_cosine' order by all"
        )
        for count in (20, 0)
    )
    rows = early.fetchall()
    assert rows == late.fetchall()
    assert len(rows) > 300
    assert all(row[-1] for row in rows)


def test_a_rule_for_a_segment_leaves_others_alone() -> None:
    shop = make(rule("exclude", "category", "Tea", segment_name="champions"))
    assert not set(shop.lists()["bob"]) & set("abcde")
    assert "buy_again" not in shop.lists("buy_again")
    assert shop.reasons("buy_again")["bob"] == "rules leave too few"
    assert "c" in shop.lists()["fay"]
    assert shop.lists("buy_again")["fay"] == ["a", "b"]


def test_what_is_pinned_comes_first_for_those_who_never_bought_it() -> None:
    shop = make(
        rule("pin", "item_id", "z", number=2), rule("pin", "brand", "Basico", number=1)
    )
    lists = shop.lists()
    assert lists["new"][:3] == ["a", "e", "z"]
    assert lists["ann"][:2] == ["e", "z"]
    assert lists["eve"][:2] == ["a", "e"]
    assert shop.column("ann", "moved_by") == ["pin", "pin", None]
    # Of what was bought, the pinned things stand first.
    assert shop.lists("buy_again")["eve"][0] == "z"
    out = make(rule("pin", "item_id", "z", number=1), rule("exclude", "item_id", "z"))
    assert "z" not in out.lists()["new"]


def test_no_more_of_a_category_than_the_limit() -> None:
    shop = make(rule("cap", "category", number=1), list_length=2)
    assert [len({*map(category, each)}) for each in shop.lists().values()] == [2] * 7
    assert "cap" in shop.column("bob", "moved_by") + shop.column("dan", "moved_by")
    one = make(rule("cap", "category", "Tea", number=1))
    assert [category(item) for item in one.lists()["new"]].count("Tea") == 1
    short = make(rule("cap", "category", number=1), list_length=3)
    assert short.reasons()["new"] == "rules leave too few"


def category(item: str) -> str:
    return str(GOODS[item]["category"])


def test_price_bands_by_segment() -> None:
    shop = make(
        rule("price_band", "price", "at_least", number=0.5, segment_name="Champions"),
        rule("price_band", "price", "at_most", number=0.5, segment_name="Dormant"),
        list_length=2,
    )
    assert set(shop.lists()["bob"]) <= set("cdeyz")
    assert set(shop.lists()["dan"]) <= set("abcwx")
    two = {"p": {"category": "Rare", "price_amount": 1}, "q": {"category": "Rare"}}
    rare = make(rule("price_band", "price", "at_least", number=1), items=two)
    # Nothing can be said of a price that has no others beside it.
    assert rare.reasons()["new"] == "full"


def test_only_what_is_in_stock() -> None:
    items = {**GOODS, "a": {**GOODS["a"], "is_available": False}}
    heeded = make(rule("in_stock"), items=items)
    assert "a" not in {*heeded.lists()["bob"], *heeded.lists("buy_again")["ann"]}
    assert "a" in make(items=items).lists()["bob"]


def test_newcomers_get_bestsellers_and_no_neighbours() -> None:
    shop = make(rule("bestsellers", segment_name="Champions"))
    assert set(shop.column("bob", "method")) <= {"segment_popularity", "popularity"}
    assert "item_item_cosine" in shop.column("fay", "method")
    assert shop.reasons()["bob"] == "full"


def test_a_kind_of_thing_goes_when_all_its_products_go() -> None:
    kinds = {
        letter: {**goods, "item_type": f"kind {letter}"}
        for letter, goods in GOODS.items()
    }
    kinds["b"] = {**kinds["b"], "item_type": "kind a"}
    purchases = make_shop(BASKETS)
    purchases["item_id"] = [
        f"item_type:{kinds[item]['item_type']}" for item in purchases["item_id"]
    ]

    def make_kinds(*rules: dict[str, Any]) -> set[str]:
        shop = Lists(
            purchases.drop_duplicates(),
            items=kinds,
            rules=list(rules),
            customers=["new"],
            recommendation_grain="item_type",
            list_length=20,
        )
        check(shop)
        return set(shop.lists()["new"])

    assert "item_type:kind a" in make_kinds(rule("exclude", "item_id", "a"))
    both = rule("exclude", "item_type", "kind a")
    assert "item_type:kind a" not in make_kinds(both)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (rule("exclude", "category", "Teaa"), "names a category Teaa, which there"),
        (rule("exclude", "brand"), "names a brand (empty), which there is not"),
        (rule("exclude", "colour", "red"), "cannot have the scope colour"),
        (rule("in_stock", segment_name="Champs"), "for a segment Champs, which there"),
        (rule("in_stock", list_name="new"), "for a list new: there are new_for_you"),
        (rule("cap", "category"), "needs a number of 1 or more"),
        (rule("price_band", "price", "at_least", number=60), "a number from 0 to 1"),
        (rule("price_band", "price", "over", number=0.5), "names a price over"),
        (rule("bestsellers", list_name="buy_again"), "is for new_for_you"),
    ],
)
def test_a_slip_in_a_rule_is_named(wrong: dict[str, Any], fault: str) -> None:
    right = rule("cap", "category", "Tea", number=2, segment_name="CHAMPIONS")
    (message,) = make(wrong, right).faults()
    assert fault in message
    assert f"seeds/recommendation_rules.csv: the rule {wrong['rule']}" in message


def test_rules_of_another_business_say_nothing() -> None:
    other = rule("exclude", "category", "Tea", business="other")
    assert make(other).lists() == make().lists()


def test_rules_that_leave_nothing_give_a_reason() -> None:
    shop = make(
        rule("exclude", "category", "Tea"), rule("exclude", "category", "Coffee")
    )
    assert shop.lists() == shop.lists("buy_again") == {}
    assert set(shop.reasons().values()) == {"rules leave too few"}
    assert shop.reasons("buy_again")["bob"] == "rules leave too few"


def test_lists_that_the_records_do_not_carry_are_withheld() -> None:
    shop = make(rule("pin", "item_id", "z", number=1), decision="withheld")
    assert shop.lists() == {}
    assert set(shop.reasons().values()) == {"withheld"}


def test_a_customer_with_everything_and_one_with_nothing() -> None:
    shop = Lists(make_shop({**BASKETS, "gus": LETTERS}), customers=["new"])
    check(shop)
    assert "gus" not in shop.lists()
    assert shop.reasons()["gus"] == "nearly everything bought"
    assert shop.reasons("buy_again")["gus"] == "full"
    assert shop.reasons()["new"] == "full"
    small = Lists(make_shop({"ann": "a", "bob": "b"}))
    check(small)
    assert small.reasons() == dict.fromkeys(("ann", "bob"), "catalogue too small")
    assert small.lists() == {"ann": ["b"], "bob": ["a"]}


def test_a_customer_with_ten_thousand_items() -> None:
    many = pd.DataFrame(
        {
            "customer_id": "gus",
            "item_id": [f"i{number:05}" for number in range(10_000)],
            "purchased_date": pd.Timestamp(AS_OF - timedelta(days=9)),
        }
    )
    # Nobody bought lately what gus has not bought.
    before = make_shop(BASKETS, AS_OF - timedelta(days=300))
    shop = Lists(
        pd.concat([before, many]),
        segments=SEGMENTS | {"gus": "Champions"},
        recommendation_minimum_customers=2,
    )
    check(shop)
    assert shop.reasons()["gus"] == "full"
    assert set(shop.lists()["gus"]) <= set(LETTERS)


def test_an_item_that_everybody_bought_is_nobodys_new_thing() -> None:
    shop = Lists(make_shop({name: f"{own}m" for name, own in BASKETS.items()}))
    check(shop)
    assert "m" not in {item for items in shop.lists().values() for item in items}
    alone = Lists(make_shop(dict.fromkeys(BASKETS, "m")))
    check(alone)
    assert set(alone.reasons().values()) == {"catalogue too small"}


def test_one_product_under_two_ids_is_two_things() -> None:
    twice = {"a": {"item_name": "Tea"}, "b": {"item_name": "Tea"}}
    shop = make(items={**GOODS, **twice})
    assert set(shop.reasons().values()) == {"full"}


def test_things_without_a_category_and_a_category_without_things() -> None:
    bare = {letter: {} for letter in LETTERS}
    shop = make(
        rule("cap", "category", number=1),
        rule("price_band", "price", "at_most", number=0.1),
        items=bare,
    )
    assert set(shop.reasons().values()) == {"full"}
    empty = {**GOODS, "m": {"category": "Empty", "is_available": False}}
    shop = make(
        rule("in_stock"), rule("cap", "category", "Empty", number=1), items=empty
    )
    assert shop.faults() == []
    assert set(shop.reasons().values()) == {"full"}


def test_when_all_are_alike_ids_decide() -> None:
    shop = Lists(make_shop(dict.fromkeys(BASKETS, LETTERS[:8]) | {"gus": "a"}))
    check(shop)
    assert shop.lists()["gus"] == ["b", "c", "d"]


@pytest.mark.parametrize(("told", "expected"), [("", True), (", false", False)])
def test_a_feed_may_say_what_is_in_stock(told: str, expected: bool) -> None:
    text = (PROJECT_DIR / "models" / "core" / "core_items.sql").read_text()
    columns = (
        "item_id",
        "source",
        "item_name",
        "item_type",
        "category",
        "brand",
        "price_amount",
        "released_date",
        "description",
        "is_merchandise",
    )
    names = ", ".join([*columns, *(["is_available"] if told else [])])
    row = ", ".join(["null"] * len(columns)) + told
    with duckdb.connect() as connection:
        connection.execute(
            f"create table int_till__items as from (values ({row})) as t({names})"
        )
        found = connection.execute(render(text, sources={"till": ["items"]})).df()
    assert list(found["is_available"]) == [expected]


def test_no_list_is_made_by_trying_every_pair() -> None:
    shop = make(rule("cap", "category", number=2))
    sql = shop.sql_of("ml_recommendations__scores")
    plan = shop.connection.execute(f"explain {sql}").fetchall()[0][1]
    assert "HASH_JOIN" in plan
    assert "NL_JOIN" not in plan
