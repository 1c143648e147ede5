"""CSV files as text, for the door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from faults.door import COLUMNS

HEADER = "id,name,amount\n"
TWO = HEADER + "1,Ann,1.50\n2,Bo,2.50\n"
# Any text that may stand in a field, quotes, delimiters and line breaks first.
TEXTS = st.text(
    st.sampled_from("\",;\n\r\t' aé€漢😀")
    | st.characters(exclude_categories=["Cc", "Cs"]),
    max_size=8,
)
ROWS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=12)


def plain_columns() -> list[dict[str, Any]]:
    return [{"name": name} for name in COLUMNS]


def csv_text(
    rows: Sequence[Sequence[str]],
    end: str = "\n",
    quoted: bool = False,
    sign: str = ",",
) -> str:
    """Write rows as RFC 4180 wants it, with all or only the needed quotes."""

    def spelled(field: str) -> str:
        is_needed = quoted or any(each in field for each in f'{sign}"\n\r')
        return '"' + field.replace('"', '""') + '"' if is_needed else field

    lines = (sign.join(map(spelled, row)) + end for row in [COLUMNS, *rows])
    return "".join(lines)
