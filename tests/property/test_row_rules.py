"""The macros that judge rows, tried alone: whatever comes, no row vanishes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unit.macros import load_macros

MACROS = load_macros()
COLUMNS = ("order_id", "line_id", "quantity", "price")
LINE = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from(["", "1", "2", "test3", "C4", " 5 "]),
        "line_id": st.sampled_from(["1", "2", "", "0x1"]),
        "quantity": st.one_of(
            st.integers(-3, 3).map(str),
            st.text(max_size=4),
            st.sampled_from(["9" * 18]),
        ),
        "price": st.one_of(
            st.decimals(-5, 99, places=2).map(str),
            st.sampled_from(["NaN", "inf", "1e400", "$1", "1,5", "9" * 16, "1e-9", ""]),
            st.floats().map(str),
        ),
        "load_id": st.sampled_from(["000001_a", "000002_b"]),
    }
)


@pytest.fixture(scope="module")
def connection() -> Any:
    connection = duckdb.connect(config={"threads": "1"})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(
        "create table order_rules as select * from (values "
        "('shop', 'order_id', 'starts_with', 'TEST', 'test_order'), "
        "('shop', 'order_id', 'starts_with', 'c', 'cancellation')) "
        "as t(source, field, operator, value, kind)"
    )
    return connection


def judge(connection: Any, rows: list[dict[str, str]]) -> list[tuple[Any, ...]]:
    """Land rows as text, and judge them as a staging model does."""
    connection.execute(
        "create or replace table landed_shop__order_lines (order_id varchar, "
        "line_id varchar, quantity varchar, price varchar, load_id varchar, "
        "source_row bigint, source_file varchar, landing_faults varchar, "
        "landing_notes varchar)"
    )
    for number, row in enumerate(rows, start=1):
        connection.execute(
            "insert into landed_shop__order_lines "
            "values (?, ?, ?, ?, ?, ?, 'f', null, null)",
            [*(row[name] for name in COLUMNS), row["load_id"], number],
        )
    conditions = {
        "missing_order": "order_id is null or line_id is null",
        "bad_quantity": "quantity is null or quantity = 0",
        "bad_price": "price is null or price < 0",
        "amount_out_of_range": "quantity * price is not null and amount is null",
        "test_order": "contains(rule_kinds, 'test_order')",
    }
    key = ["order_id", "line_id"]
    kinds = MACROS.rule_kinds("shop", {"order_id": "order_id"})
    return connection.execute(
        f"""
        with renamed as (
            select {MACROS.clean_text("order_id")} as order_id,
                {MACROS.clean_text("line_id")} as line_id,
                {MACROS.clean_number("quantity", "bigint")} as quantity,
                {MACROS.clean_number("price")} as price,
                load_id, source_row, source_file, landing_faults, landing_notes
            from landed_shop__order_lines
        ),
        priced as (
            select *, {MACROS.money("quantity * price")} as amount,
                {kinds} as rule_kinds
            from renamed
        ),
        checked as (
            select *, {MACROS.reject_reasons(conditions)} as reject_reasons,
                {MACROS.treatments({"cancellation": "contains(rule_kinds, 'cancel')"})}
                    as treatments
            from priced
        )
        select source_row, row_status, status_reasons, amount, order_id, line_id,
            row_text is not null
        from ({MACROS.judged_rows("checked", "shop", "order_lines", key)})
        order by source_row
        """
    ).fetchall()


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(LINE, max_size=12))
def test_input_is_accepted_rejected_or_duplicate(
    connection: Any, rows: list[dict[str, str]]
) -> None:
    judged = judge(connection, rows)
    assert [row[0] for row in judged] == list(range(1, len(rows) + 1))
    assert {row[1] for row in judged} <= {"accepted", "rejected", "duplicate"}
    money = {
        status: sum((row[3] or Decimal(0)) for row in judged if row[1] == status)
        for status in ("accepted", "rejected", "duplicate")
    }
    total = sum((row[3] or Decimal(0)) for row in judged)
    assert sum(money.values()) == total
    keys = [row[4:6] for row in judged if row[1] == "accepted"]
    assert len(keys) == len(set(keys)), "one good row per key"
    for row in judged:
        is_kept = row[1] == "accepted"
        assert (row[2] is None) == is_kept and row[6] != is_kept
        assert not is_kept or row[3] is not None


@settings(max_examples=100, deadline=None)
@given(value=st.text(max_size=12) | st.decimals(-99, 99, places=1).map(str))
def test_a_number_is_exact_or_none(connection: Any, value: str) -> None:
    whole, money = connection.execute(
        f"select {MACROS.clean_number('v', 'bigint')}, {MACROS.clean_number('v')} "
        "from (select ?::varchar as v)",
        [value],
    ).fetchone()
    if whole is not None:
        assert Decimal(value.strip().replace("_", "")) == whole
    if money is not None:
        assert abs(Decimal(value.strip().replace("_", "")) - money) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234,50", "1234.50"),
        ("1234,5", "1234.50"),
        ("-7", "-7.00"),
        ("12.50", None),  # a point is no decimal comma: neither 12.50 nor 1250
        ("1,234.50", None),
        ("", None),
    ],
)
def test_a_decimal_comma_is_not_guessed(
    connection: Any, text: str, expected: str | None
) -> None:
    number = MACROS.clean_number("v", decimal=",")
    (found,) = connection.execute(
        f"select {number} from (select ?::varchar as v)", [text]
    ).fetchone()
    assert found == (Decimal(expected) if expected else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-06-02 03:04:05", "2025-06-02 03:04:05"),
        ("2025-06-02T03:04:05", "2025-06-02 03:04:05"),
        ("2025-06-02", "2025-06-02 00:00:00"),
        ("2025-06-02T03:04:05.250+05:30", "2025-06-01 21:34:05.25"),
        ("2025-06-02 03:04:05-08", "2025-06-02 11:04:05"),
        ("2025-06-02 03:04:05 Europe/Berlin", "2025-06-02 01:04:05"),
        ("03/04/2025", None),
        ("2025/04/03", None),
        ("2025-13-45", None),
        ("2025-02-30 00:00:00", None),
        ("infinity", None),
        ("-infinity", None),
        ("epoch", None),
        ("now", None),
        ("", None),
    ],
)
def test_29_a_time_is_utc_or_none(
    connection: Any, text: str, expected: str | None
) -> None:
    assert read_time(connection, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("03/04/2025 15:30", "2025-04-03 15:30:00"), ("13/13/2025 00:00", None)],
)
def test_21_a_declared_format_is_read(
    connection: Any, text: str, expected: str | None
) -> None:
    assert read_time(connection, text, format="%d/%m/%Y %H:%M") == expected


@pytest.mark.parametrize(
    ("text", "expected", "is_clock_change"),
    [
        ("2025-06-02 03:04:05", "2025-06-02 01:04:05", False),
        ("2025-03-30 01:59:59", "2025-03-30 00:59:59", False),
        ("2025-03-30 02:30:00", "2025-03-30 01:30:00", True),  # skipped: moved on
        ("2025-03-30 03:00:00", "2025-03-30 01:00:00", False),
        ("2025-10-26 01:59:59", "2025-10-25 23:59:59", False),
        ("2025-10-26 02:30:00", "2025-10-26 00:30:00", True),  # twice: the first
        ("2025-10-26 03:00:00", "2025-10-26 02:00:00", False),
        ("2025-10-26 02:30", "2025-10-26 00:30:00", True),
        ("2025-10-26T02:30:00+01:00", "2025-10-26 01:30:00", None),  # says which
    ],
)
def test_29_a_declared_zone_knows_skipped_and_repeated_hours(
    connection: Any, text: str, expected: str, is_clock_change: bool | None
) -> None:
    zone = "Europe/Berlin"
    if text == "2025-10-26 02:30":
        text += ":00.0"
    assert read_time(connection, text, zone=zone) == expected
    if is_clock_change is not None:
        asked = MACROS.is_clock_change_time("try_cast(v as timestamp)", zone)
        answer = connection.execute(f"select {asked} from (select ? as v)", [text])
        assert answer.fetchone() == (is_clock_change,)


@settings(max_examples=100, deadline=None)
@given(moment=st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)))
def test_29_every_moment_comes_back_but_those_shown_twice(
    connection: Any, moment: datetime
) -> None:
    """UTC to local and back is the same moment, or the first of two."""
    moment = moment.replace(microsecond=0)
    local = MACROS.local_from_utc("v", "Europe/Berlin")
    back = MACROS.utc_from_local(f"({local})", "Europe/Berlin")
    twice = MACROS.is_shown_twice(f"({local})", "Europe/Berlin")
    found, is_twice = connection.execute(
        f"select {back}, {twice} from (select ?::timestamp as v)", [moment]
    ).fetchone()
    assert found == moment or (is_twice and (moment - found).seconds == 3600)


def read_time(connection: Any, text: str, **options: str) -> str | None:
    sql = MACROS.clean_timestamp("v", **options)
    (found,) = connection.execute(
        f"select ({sql})::varchar from (select ?::varchar as v)", [text]
    ).fetchone()
    return found
