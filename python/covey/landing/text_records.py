"""Read delimited text record by record, strictly: no quote is guessed at."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from covey.landing.errors import UnreadableFileError


def decode_utf8(name: str, data: bytes) -> str:
    """Decode a text, or say where it is not UTF-8 and what to declare.

    Raises
    ------
    UnreadableFileError
        If it is in another encoding.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            f"{name}, line {line}: byte {data[error.start]:#04x} is not UTF-8: save it "
            "as UTF-8, or declare what it is, as in `file: {encoding: latin-1}` or "
            "cp1252"
        ) from error


class TextRecords:
    """The records of a delimited text, with the lines that each was read from.

    Attributes
    ----------
    line : int
        Line at which the last given record starts, from 1.
    raw : str
        That record as it came.
    is_ended : bool
        Whether it ends with a line end.
    """

    def __init__(self, name: str, text: str, delimiter: str) -> None:
        csv.field_size_limit(2**31 - 1)
        self.name, self.line, self.raw, self.is_ended = name, 1, "", True
        self._stream = io.StringIO(text, newline="\n" if "\n" in text else "\r")
        self._kept: list[str] = []
        self._ends: set[str] = set()
        self._reader = csv.reader(self._remembered(), delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[list[str]]:
        """Give each record that is no blank line.

        Raises
        ------
        UnreadableFileError
            At a quote out of place, or line ends of two kinds.
        """
        while True:
            self.line = self._reader.line_num + 1
            try:
                record = next(self._reader, None)
            except csv.Error as error:
                raise self._broken(str(error)) from error
            if record is None:
                return
            self.raw = "".join(self._kept)
            self._kept.clear()
            self._check_line_end()
            if record:
                yield record

    def refuse_cut(self, field_count: int, width: int) -> None:
        """Stop at a last record that ends in the middle.

        Raises
        ------
        UnreadableFileError
            If the last record given has too few fields and no line end.
        """
        if field_count < width and not self.is_ended:
            raise UnreadableFileError(
                f"{self.name}, line {self.line}: the file ends in the middle of a "
                f"record ({field_count} of {width} fields): fetch it again"
            )

    def _remembered(self) -> Iterator[str]:
        for line in self._stream:
            self._kept.append(line)
            yield line

    def _check_line_end(self) -> None:
        end = self.raw[len(self.raw.rstrip("\r\n")) :][-2:]
        end = "\r\n" if end == "\r\n" else end[-1:]
        if end:
            self._ends.add(end)
        self.is_ended = bool(end)
        if len(self._ends) > 1:
            raise self._mixed()

    def _mixed(self) -> UnreadableFileError:
        return UnreadableFileError(
            f"{self.name}, line {self.line}: lines end in different ways (CR, LF or "
            "both): save the file with one kind"
        )

    def _broken(self, reason: str) -> UnreadableFileError:
        if "new-line" in reason:
            return self._mixed()
        if "unexpected end" in reason:
            reason = "a quote that opens here is never closed"
        elif "expected after" in reason:
            reason = "a quote opens or closes inside a field here"
        return UnreadableFileError(
            f"{self.name}, line {self.line}: {reason}: write a quote inside a field "
            "twice, and close each one"
        )
