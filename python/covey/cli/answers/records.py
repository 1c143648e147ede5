"""Why a customer's records are one person, and what it was before."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from covey.cli.answers.identity import Customer, find_customer
from covey.cli.context import open_current
from covey.cli.output import AsCsv, AsJson, show
from covey.cli.tables import facts, table
from covey.warehouse import Row, fetch
from covey.words.wording import say_count, say_date, say_list, shorten_pseudonym

Record = tuple[str, str]

# A record without a shared key has one row, whose key is null.
_RECORD_KEYS = """
select records.customer_id, records.source, records.source_customer_id, key_type,
    key_id, source_customer_count, key_status, is_used, key_note
from (from dim_customer_links where customer_id = $1) as records
left join (from fct_identity_links where customer_id = $1) as keys
    on records.source = keys.source
    and records.source_customer_id = keys.source_customer_id
order by records.source, records.source_customer_id, not is_used, key_type, key_id
"""
_EVENTS = """
select * from fct_identity_events
where customer_id = $1 or previous_customer_id = $1
    or (source, source_customer_id) in (
        select (source, source_customer_id) from dim_customer_links
        where customer_id = $1
    )
order by as_of_date, source, source_customer_id
"""
_KEY_NAMES = {"email": "E-mail", "phone": "Phone", "loyalty": "Loyalty card"}
_EVENT_NAMES = {
    "joined": "came to",
    "merged": "merged into",
    "split": "split off as",
    "moved": "moved to",
    "renamed": "renamed",
}
_KEPT_OUT = {
    "unshared": "nobody else has it",
    "type_switched_off": "this kind of key is switched off",
    "shared_by_too_many": "too many to say who it is",
    "shared_in_one_source": "several of them in one source",
    "birth_years_differ": "they were born in different years",
}
_NOTES = {"look_alike": "looks like another one, in letters of another alphabet"}


def identity(
    context: typer.Context,
    customer: Customer,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show which records are one customer, and which keys say so."""
    published = open_current(context)
    row = find_customer(published, customer)
    person = row["customer_id"]
    record_keys = fetch(published.connection, _RECORD_KEYS, [person])
    events = fetch(published.connection, _EVENTS, [person])
    numbers = _numbers(record_keys)
    keys = _keys(record_keys)

    def lines() -> Iterator[str]:
        own = "" if customer == person else f"{customer}, "
        yield (
            f"Customer {own}{shorten_pseudonym(person)} of "
            f"{published.settings.business}, as of {say_date(row['as_of_date'])}"
        )
        yield ""
        yield from table(
            [">", "Source", "Record"],
            [[str(number), *record] for record, number in numbers.items()],
        )
        for title, is_used in (("Joined by", True), ("Not joined by", False)):
            chosen = [key for key in keys if key["is_used"] is is_used]
            if chosen:
                yield from ["", title]
                yield from facts([(_name(key), _about(key, numbers)) for key in chosen])
        if len(numbers) == 1:
            yield from ["", "No key joins this record to another one."]
        if events:
            yield from ["", "What happened"]
            yield from facts([_happened(event) for event in events])

    document = {
        "customer_id": person,
        "records": [_record(*record) for record in numbers],
        "keys": keys,
        "events": events,
    }
    show(as_json, as_csv, document, record_keys, lines)


def _numbers(record_keys: list[Row]) -> dict[Record, int]:
    """Give the records of a person their numbers, in the order of the rows."""
    records: dict[Record, None] = dict.fromkeys(
        (row["source"], row["source_customer_id"]) for row in record_keys
    )
    return {record: number for number, record in enumerate(records, start=1)}


def _record(source: str, source_customer_id: str) -> Row:
    return {"source": source, "source_customer_id": source_customer_id}


def _keys(record_keys: list[Row]) -> list[Row]:
    """Give each key once, with those of the person's records that have it."""
    keys: dict[tuple[str, str], Row] = {}
    for row in record_keys:
        if row["key_type"] is None:
            continue
        about = {name: row[name] for name in list(row)[3:]}
        key = keys.setdefault(
            (row["key_type"], row["key_id"]), {**about, "records": []}
        )
        key["key_note"] = key["key_note"] or row["key_note"]
        key["records"].append(_record(row["source"], row["source_customer_id"]))
    return list(keys.values())


def _name(key: Row) -> str:
    kind = key["key_type"]
    return f"{_KEY_NAMES.get(kind, kind)} {key['key_id'][:8]}"


def _about(key: Row, numbers: dict[Record, int]) -> str:
    """Say whose a key is and, if it joins nobody, why."""
    holders = [
        str(numbers[each["source"], each["source_customer_id"]])
        for each in key["records"]
    ]
    parts = [f"{'records' if len(holders) > 1 else 'record'} {say_list(holders)}"]
    if not key["is_used"]:
        count = key["source_customer_count"]
        shared = f"one of {say_count(count)} who share it: " if count > 1 else ""
        status = str(key["key_status"])
        parts.append(shared + _KEPT_OUT.get(status, status))
    if key["key_note"]:
        note = str(key["key_note"])
        parts.append(_NOTES.get(note, note))
    return "; ".join(parts)


def _happened(event: Row) -> tuple[str, str]:
    """Say one event: when, which record, what, and by which kinds of keys."""
    what = _EVENT_NAMES.get(event["event"], event["event"])
    record = f"{event['source']} {shorten_pseudonym(event['source_customer_id'])}"
    text = f"{record} {what} {shorten_pseudonym(event['customer_id'])}"
    if event["previous_customer_id"]:
        text += f", before {shorten_pseudonym(event['previous_customer_id'])}"
    if event["key_types"]:
        verb = "no longer tied by" if event["event"] == "split" else "tied by"
        text += f", {verb} {event['key_types'].replace(',', ' and ')}"
    return say_date(event["as_of_date"]), text
