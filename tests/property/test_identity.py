"""Which records are one person: the SQL beside a union-find of ten lines."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unit.identity_fixture import Key, Person, compile_models, links_of, resolve

Models = list[tuple[str, str]]
LIMIT = 5

PEOPLE = [
    Person(source, f"{source[0]}{number:02d}")
    for source in ("shop", "till", "club")
    for number in range(12)
]
# Few values, so that keys meet, some of them too often.
KEYS = st.builds(
    lambda person, key_type, number: Key(*person[:2], key_type, f"{key_type}{number}"),
    st.sampled_from(PEOPLE),
    st.sampled_from(["email", "phone", "loyalty"]),
    st.integers(0, 14),
)
FEEDS = st.lists(KEYS, max_size=70, unique=True)


@pytest.fixture(scope="module")
def models() -> Models:
    return compile_models()


def oracle(people: list[Person], keys: list[Key]) -> dict[tuple[str, str], str]:
    """Give the customer of each record by union-find, the slow and plain way."""
    holders: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for key in keys:
        holders[key.key_type, key.key_value].append(key[:2])
    parent = {person[:2]: person[:2] for person in people}

    def root(record: tuple[str, str]) -> tuple[str, str]:
        while parent[record] != record:
            record = parent[record]
        return record

    for records in holders.values():
        if len(records) <= LIMIT:
            for record in records[1:]:
                parent[root(record)] = root(records[0])
    smallest: dict[tuple[str, str], str] = {}
    for record in parent:
        top = root(record)
        smallest[top] = min(smallest.get(top, record[1]), record[1])
    return {record: smallest[root(record)] for record in parent}


@settings(max_examples=150, deadline=None)
@given(keys=FEEDS)
def test_components_are_those_of_union_find(models: Models, keys: list[Key]) -> None:
    assert links_of(resolve(models, PEOPLE, keys)) == oracle(PEOPLE, keys)


@settings(max_examples=40, deadline=None)
@given(keys=FEEDS, seed=st.integers(0, 2**31))
def test_the_order_of_rows_changes_nothing(
    models: Models, keys: list[Key], seed: int
) -> None:
    rng = random.Random(seed)
    people, shuffled = list(PEOPLE), list(keys)
    rng.shuffle(people)
    rng.shuffle(shuffled)
    tables = []
    for feeds in ((PEOPLE, keys), (people, shuffled)):
        connection = resolve(models, *feeds)
        tables.append(
            [
                connection.execute(f"from {name} order by all").fetchall()
                for name, _ in models
            ]
        )
        connection.close()
    assert tables[0] == tables[1]


@pytest.mark.parametrize("length", [2, 3, 64, 1000])
def test_long_chains_are_one_person(models: Models, length: int) -> None:
    """Each record shares a key with the next one only, in no helpful order."""
    order = list(range(length))
    random.Random(length).shuffle(order)
    people = [Person("till", f"t{number:05d}") for number in order]
    keys = [
        Key("till", f"t{order[place]:05d}", "phone", f"p{link:05d}")
        for link in range(length - 1)
        for place in (link, link + 1)
    ]
    links = links_of(resolve(models, people, keys))
    assert set(links.values()) == {"t00000"}
    keys.remove(keys[length // 2 * 2 - 2])
    assert len(set(links_of(resolve(models, people, keys)).values())) == 2


def test_a_star_of_many_keys_is_one_person(models: Models) -> None:
    people = [Person("shop", f"s{number:03d}") for number in range(200)]
    keys = [
        Key("shop", f"s{holder:03d}", "email", f"e{number:03d}")
        for number in range(199)
        for holder in (199, number)
    ]
    assert set(links_of(resolve(models, people, keys)).values()) == {"s000"}
