"""What makes two records one person, and what does not."""

from __future__ import annotations

import pytest

from unit.identity_fixture import Key, Person, compile_models, links_of, resolve

Models = list[tuple[str, str]]
ADA, BEN, CEM = Person("shop", "s1"), Person("till", "t1"), Person("till", "t2")


@pytest.fixture(scope="module")
def models() -> Models:
    return compile_models()


@pytest.fixture(scope="module")
def strict_models() -> Models:
    """A business whose accounts are one person each, and that distrusts phones."""
    return compile_models(identity_key_limit_per_source=1, identity_key_types=["email"])


def key(person: Person, key_type: str, value: str) -> Key:
    return Key(person.source, person.source_customer_id, key_type, value)


def customers(models: Models, people: list[Person], keys: list[Key]) -> list[str]:
    return sorted(set(links_of(resolve(models, people, keys)).values()))


def statuses(models: Models, people: list[Person], keys: list[Key]) -> list[tuple]:
    connection = resolve(models, people, keys)
    rows = connection.execute(
        "select key_value, source_customer_count, key_status, is_used "
        "from core_identity_keys order by all"
    ).fetchall()
    connection.close()
    return rows


def test_nobody_shares_anything(models: Models) -> None:
    people = [ADA, BEN, CEM]
    assert customers(models, people, []) == ["s1", "t1", "t2"]
    keys = [key(ADA, "email", "a"), key(BEN, "email", "b")]
    assert customers(models, people, keys) == ["s1", "t1", "t2"]
    assert statuses(models, people, keys)[0] == ("a", 1, "unshared", False)


def test_a_chain_of_different_keys_is_one_person(models: Models) -> None:
    keys = [
        key(ADA, "email", "a"),
        key(BEN, "email", "a"),
        key(BEN, "phone", "p"),
        key(CEM, "phone", "p"),
    ]
    assert customers(models, [ADA, BEN, CEM], keys) == ["s1"]


def test_the_same_value_of_another_type_is_another_key(models: Models) -> None:
    keys = [key(ADA, "email", "x"), key(BEN, "phone", "x")]
    assert customers(models, [ADA, BEN], keys) == ["s1", "t1"]


@pytest.mark.parametrize(("holders", "persons"), [(5, 1), (6, 6), (300, 300)])
def test_a_key_of_too_many_says_nothing(
    models: Models, holders: int, persons: int
) -> None:
    people = [Person("till", f"t{number}") for number in range(holders)]
    keys = [key(person, "phone", "office") for person in people]
    assert len(customers(models, people, keys)) == persons
    status = "used" if persons == 1 else "shared_by_too_many"
    assert statuses(models, people, keys) == [("office", holders, status, persons == 1)]


def test_different_birth_years_keep_two_people_apart(models: Models) -> None:
    for shop_year, till_year, persons in (
        (1950, 1980, 2),
        (1980, 1980, 1),
        (1980, None, 1),
        (None, None, 1),
    ):
        people = [
            ADA._replace(birth_year=shop_year),
            BEN._replace(birth_year=till_year),
        ]
        keys = [key(person, "email", "family") for person in people]
        assert len(customers(models, people, keys)) == persons
        status = "used" if persons == 1 else "birth_years_differ"
        assert statuses(models, people, keys) == [("family", 2, status, persons == 1)]


def test_a_business_may_say_that_an_account_is_one_person(
    models: Models, strict_models: Models
) -> None:
    keys = [key(BEN, "email", "family"), key(CEM, "email", "family")]
    assert customers(models, [ADA, BEN, CEM], keys) == ["s1", "t1"]
    assert customers(strict_models, [ADA, BEN, CEM], keys) == ["s1", "t1", "t2"]
    assert statuses(strict_models, [BEN, CEM], keys) == [
        ("family", 2, "shared_in_one_source", False)
    ]
    across = [key(ADA, "email", "a"), key(BEN, "email", "a")]
    assert customers(strict_models, [ADA, BEN, CEM], across) == ["s1", "t2"]


def test_a_type_of_key_can_be_switched_off(strict_models: Models) -> None:
    keys = [key(ADA, "phone", "p"), key(BEN, "phone", "p")]
    assert customers(strict_models, [ADA, BEN], keys) == ["s1", "t1"]
    assert statuses(strict_models, [ADA, BEN], keys) == [
        ("p", 2, "type_switched_off", False)
    ]


def test_a_business_without_keys_has_the_typed_empty_table() -> None:
    models = compile_models(sources={"shop": ["customers"]})
    connection = resolve(models, [ADA, BEN], [])
    assert connection.execute(
        "select count(*) from core_identity_links"
    ).fetchall() == [(0,)]
    assert set(links_of(connection).values()) == {"s1", "t1"}
