"""What `covey init` sees in small tables, and what it makes of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covey.mapping.inspection import Table, inspect
from covey.mapping.meanings import meanings_of
from covey.mapping.proposal import Answers, MappingError, propose
from covey.mapping.reading import InspectionError, RawTable, read_tables
from covey.mapping.vocabulary import meaning_of_name, subject_of_table


def raw(table_name: str, /, **columns: list[str]) -> RawTable:
    rows = pa.table(
        {key: pa.array(values, pa.string()) for key, values in columns.items()}
    )
    return RawTable(table_name, f"{table_name}.csv", tuple(columns), rows)


def look(*tables: RawTable) -> list[Table]:
    return inspect(list(tables))


def ids(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def three_tables() -> list[RawTable]:
    days = [f"2026-01-{day:02d} 10:00:00" for day in range(1, 21)]
    return [
        raw(
            "customers",
            id=ids("c", 10),
            name=[f"Ann {n}" for n in range(10)],
            email=[f"a{n}@example.org" for n in range(10)],
        ),
        raw("orders", id=ids("o", 20), customer=ids("c", 10) * 2, ordered_at=days),
        raw(
            "items",
            id=ids("l", 40),
            order_id=ids("o", 20) * 2,
            sku=(ids("p", 4) * 10),
        ),
        raw("products", sku=ids("p", 4), name=ids("Tea ", 4), price=["1.50"] * 4),
        raw("stores", id=ids("s", 2), name=["Ulm", "Bonn"]),
        raw(
            "tweets",
            id=ids("t", 5),
            user_id=ids("c", 5),
            tweeted_at=days[:5],
            content=["fine tea"] * 5,
        ),
    ]


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("CustomerID", "customer_id"),
        ("Kundennummer", "customer_id"),
        ("client", "customer_id"),
        ("InvoiceNo", "order_id"),
        ("order_item_id", "line_id"),
        ("StockCode", "item_id"),
        ("Artikelnummer", "item_id"),
        ("InvoiceDate", "occurred_at"),
        ("Bestelldatum", "occurred_at"),
        ("date_commande", "occurred_at"),
        ("Menge", "quantity"),
        ("quantité", "quantity"),
        ("Einzelpreis", "price"),
        ("precio", "price"),
        ("montant_ttc", "amount"),
        ("dollar_value", "amount"),
        ("Rabatt", "discount"),
        ("Warengruppe", "category"),
        ("Geburtsdatum", "birth_date"),
        ("e-mail", "email"),
        ("perishable", ""),
    ],
)
def test_names_mean_something_in_four_languages(header: str, meaning: str) -> None:
    assert meaning_of_name(header) == meaning


@pytest.mark.parametrize(
    ("name", "subject"),
    [("raw_customers", "customer"), ("order_items", "line"), ("Bestellungen", "order")],
)
def test_tables_speak_of_something(name: str, subject: str) -> None:
    assert subject_of_table(name) == subject


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.dates(date(2000, 1, 1), date(2030, 12, 31)), min_size=1, max_size=30),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]),
)
def test_a_date_order_is_taken_only_if_a_day_proves_it(
    days: list[date], format_: str
) -> None:
    spelled = [day.strftime(format_) for day in days]
    formats = look(raw("t", day=spelled))[0].columns[0].formats
    assert format_ in formats
    assert (len(formats) == 1) == any(day.day > 12 for day in days)


def test_a_column_that_can_be_neither_is_ambiguous() -> None:
    formats = look(raw("t", day=["13/01/2026"] * 19 + ["01/13/2026"]))[0].columns[0]
    assert set(formats.formats) == {"%d/%m/%Y", "%m/%d/%Y"}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=20, unique=True))
def test_the_range_of_numbers_is_theirs(numbers: list[int]) -> None:
    column = look(raw("t", n=[str(number) for number in numbers]))[0].columns[0]
    assert column.kind == "integer"
    assert float(column.least.replace(",", "")) == min(numbers)
    assert column.distinct_count == len(numbers)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["007", "008"], "text"),
        (["1", "-2"], "integer"),
        (["1.5", "2"], "decimal"),
        (["1.234,50", "2,00"], "decimal"),
        (["true", "false"], "boolean"),
        (["2026-01-02", "2026-01-03"], "date"),
        (["2026-01-02T10:00:00Z", "2026-01-03 10:00:00"], "timestamp"),
        (["19970101", "19981231"], "date"),
        (["1.2.2026", "13.2.2026"], "date"),
        (["", ""], "text"),
    ],
)
def test_kinds_of_values(values: list[str], kind: str) -> None:
    assert look(raw("t", a=values))[0].columns[0].kind == kind


def test_a_few_faults_do_not_hide_what_a_column_is() -> None:
    column = look(raw("t", price=["1.50"] * 30 + ["n/a"]))[0].columns[0]
    assert column.kind == "decimal"


def test_header_and_lines_find_their_parts() -> None:
    tables = look(*three_tables())
    proposal = propose("tea", "tea", tables, Answers())
    roles = {part.table.name: part.role for part in proposal.parts}
    assert roles == {
        "customers": "customers",
        "orders": "orders",
        "items": "order_lines",
        "products": "items",
        "stores": "ignored",
        "tweets": "events",
    }
    assert proposal.as_of_date == "2026-01-21"
    lines = proposal.part("order_lines")
    assert lines and lines.fields == {
        "order_id": "order_id",
        "line_id": "id",
        "item_id": "sku",
    }


def test_orders_of_one_line_each_are_still_orders_and_lines() -> None:
    tables = look(
        raw("orders", id=ids("o", 3), client=ids("c", 3), day=["2026-01-01"] * 3),
        raw("order_lines", order_id=ids("o", 3), sku=["a"] * 3, price=["1.50"] * 3),
    )
    proposal = propose("tea", "tea", tables, Answers())
    assert [part.role for part in proposal.parts] == ["orders", "order_lines"]


def test_a_person_outranks_names() -> None:
    tables = look(*three_tables())
    answers = Answers(
        columns={"customers.name": "region"}, tables={"tweets": "ignored"}
    )
    proposal = propose("tea", "tea", tables, answers)
    assert proposal.meanings["customers"]["name"].name == "region"
    assert "tweets" not in [part.table.name for part in proposal.used_parts]


@pytest.mark.parametrize(
    "answers",
    [
        Answers(columns={"customers.no": "email"}),
        Answers(tables={"no": "ignored"}),
        Answers(time_zone="Europe/Nowhere"),
        Answers(tables={"orders": "ignored", "tweets": "ignored"}),
        Answers(columns={"customers.name": "shoe_size"}),
        Answers(tables={"customers": "shoes"}),
        Answers(currency="EURO"),
        Answers(as_of_date="2026-13-01"),
        Answers(date_order="backwards"),
    ],
)
def test_what_cannot_be_meant_is_refused(answers: Answers) -> None:
    with pytest.raises(MappingError):
        propose("tea", "tea", look(*three_tables()), answers)


def test_a_date_that_nobody_can_tell_is_asked_and_has_no_default() -> None:
    tables = look(
        raw(
            "sales",
            customer_id=["1", "2"],
            order_date=["03/04/2026", "05/06/2026"],
            amount=["1.00", "2.00"],
        )
    )
    proposal = propose("tea", "tea", tables, Answers())
    assert [q.option for q in proposal.questions if not q.default] == ["--date-order"]
    first = propose("tea", "tea", tables, Answers(date_order="day-first"))
    assert first.as_of_date == "2026-06-06"
    second = propose("tea", "tea", tables, Answers(date_order="month-first"))
    assert second.as_of_date == "2026-05-07"


def test_one_absurd_date_does_not_move_the_scoring_date() -> None:
    days = [str(date(2025, 1, 1) + timedelta(days=day % 300)) for day in range(3000)]
    tables = look(
        raw(
            "sales",
            customer_id=[str(n % 50) for n in range(3001)],
            order_date=[*days, "2099-01-01"],
            amount=["1.00"] * 3001,
        )
    )
    assert propose("tea", "tea", tables, Answers()).as_of_date == "2025-10-28"


def test_small_numbers_are_no_links() -> None:
    tables = look(
        raw("products", product_id=[str(n) for n in range(20)]),
        raw("sales", customer_id=ids("c", 9), quantity=["1", "2", "3"] * 3),
    )
    assert tables[1].links == {}


def test_e_mail_addresses_are_known_by_what_they_are() -> None:
    table = look(raw("t", contact=[f"a{n}@example.org" for n in range(5)]))[0]
    assert meanings_of(table, {})["contact"].name == "email"


@pytest.mark.parametrize(
    ("name", "content", "rows", "options"),
    [
        ("a.csv", b"id,day\n1,2026-01-01\n", 1, {}),
        ("a.csv", b"\xef\xbb\xbfid;day\n1;2026-01-01\n", 1, {"delimiter": ";"}),
        ("a.csv", "id,ort\n1,Köln\n".encode("latin-1"), 1, {"encoding": "latin-1"}),
        ("a.jsonl", b'{"id": 1, "day": "2026-01-01"}\n{"id": 2}\n', 2, {}),
    ],
)
def test_files_are_read_as_they_are_written(
    tmp_path: Path, name: str, content: bytes, rows: int, options: dict[str, str]
) -> None:
    (tmp_path / name).write_bytes(content)
    table = next(read_tables([tmp_path]))
    assert (table.name, table.rows.num_rows, table.file_options) == ("a", rows, options)


def test_excel_is_read(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Order ID", "Total"])
    book.active.append([1001, 2.5])
    book.save(tmp_path / "orders.xlsx")
    table = next(read_tables([tmp_path / "orders.xlsx"]))
    assert table.rows.to_pylist() == [{"order_id": "1001", "total": "2.5"}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"id,ID\n1,2\n"),
        ("a.csv", "id\n1\n".encode("utf-16")),
        ("a.jsonl", b"[1]\n"),
        ("a.jsonl", b"{\n"),
        ("a.pdf", b"x"),
    ],
)
def test_what_cannot_be_read_is_named(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InspectionError, match="a"):
        list(read_tables([tmp_path / name]))
