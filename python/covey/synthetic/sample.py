"""The committed sample: a small shop just as landing would leave it, as dbt seeds."""

from __future__ import annotations

import csv
import hashlib
import tempfile
from pathlib import Path

from covey.privacy.identity_keys import identity_key, normalise_email
from covey.privacy.pseudonyms import DEMO_KEY, pseudonym
from covey.synthetic.shop import TABLES, make_shop, write_shop

SAMPLE_CUSTOMERS = 240
SAMPLE_SEED = 2026
# Fewer, smaller orders and fewer events than make_shop's own: the files stay small.
SAMPLE_ORDER_RATE = 0.55
SAMPLE_BASKET_SIZE = 0.48
SAMPLE_EVENT_RATE = 0.6
_SOURCE = "shop"
_CONTACT_COLUMNS = ("email",)
_LANDING_COLUMNS = (
    "source",
    "table_name",
    "load_id",
    "source_file",
    "file_sha256",
    "parquet_sha256",
    "file_bytes",
    "input_rows",
)


def write_sample(folder: Path) -> list[Path]:
    """Write the five seeds of the sample business.

    Parameters
    ----------
    folder : pathlib.Path
        Usually ``seeds/sample``.

    Returns
    -------
    list of pathlib.Path
        The files, the same bytes every time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shop = make_shop(
        SAMPLE_CUSTOMERS,
        SAMPLE_SEED,
        order_rate=SAMPLE_ORDER_RATE,
        basket_size=SAMPLE_BASKET_SIZE,
        event_rate=SAMPLE_EVENT_RATE,
    )
    landings: list[list[str]] = []
    written: list[Path] = []
    with tempfile.TemporaryDirectory() as raw_folder:
        write_shop(shop, Path(raw_folder))
        for table in TABLES:
            raw = Path(raw_folder) / f"{table}.csv"
            rows, landing = _land(table, raw)
            landings.append(landing)
            written.append(_write(folder / f"sample_shop__{table}.csv", rows))
    landed = [list(_LANDING_COLUMNS), *landings]
    written.append(_write(folder / "sample_shop__landings.csv", landed))
    return written


def _land(table: str, raw: Path) -> tuple[list[list[str]], list[str]]:
    """Pseudonymise ids, key and drop contacts, and say where each row came from."""
    content = raw.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    load_id = f"000001_{digest[:12]}"
    with raw.open(encoding="utf-8", newline="") as file:
        header, *records = list(csv.reader(file))
    kept = [name for name in header if name not in _CONTACT_COLUMNS]
    keys = [f"{name}_key" for name in header if name in _CONTACT_COLUMNS]
    landed = ["load_id", "source_file", "source_row", "landing_faults", "landing_notes"]
    rows = [[*kept, *keys, *landed]]
    for line, record in enumerate(records, start=2):
        fields = dict(zip(header, record, strict=True))
        if fields.get("customer_id"):
            fields["customer_id"] = pseudonym(DEMO_KEY, _SOURCE, fields["customer_id"])
        for name in _CONTACT_COLUMNS:
            address = normalise_email(fields.get(name, ""))
            known = identity_key(DEMO_KEY, name, address) if address else ""
            fields[f"{name}_key"] = known
        values = [fields[name] for name in [*kept, *keys]]
        rows.append([*values, load_id, raw.name, str(line), "", ""])
    size, count = str(len(content)), str(len(records))
    return rows, [_SOURCE, table, load_id, raw.name, digest, "", size, count]


def _write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path
