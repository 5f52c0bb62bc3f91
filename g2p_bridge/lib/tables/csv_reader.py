# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""CSV files as :class:`~.rows.Row`: what spreadsheets and exports really write."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from .rows import Fault, Layout, Row, TabularError, canonical, table, text_of

#: Characters between fields that are understood.
DELIMITERS = ",;\t"
#: Characters of one record. Those of payments have a few hundred.
MAX_RECORD = 100_000

#: Byte order mark → encoding of what follows. Without one, it is UTF-8.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 64 * 1024
_PIECE = 256 * 1024


def read_csv(stream: BinaryIO, layout: Layout) -> Iterator[Row]:
    """The records of a CSV file: comma, semicolon or tab between fields, as the header has it.

    Fields may be in double quotes and then hold delimiters, line ends and doubled quotes.

    :raises TabularError: not UTF-8 (or UTF-16 with a mark), a quote without its end, …
    """
    encoding, start = _encoding(stream)
    delimiter = _delimiter(stream, encoding, start, layout)
    stream.seek(start)
    text = io.TextIOWrapper(stream, encoding, newline="")
    records = _Numbered(text, delimiter)

    def convert(name, field):
        return text_of(name, field, layout)

    try:
        yield from table(records, layout, _content, convert)
    except UnicodeDecodeError as error:
        text.detach()
        text = None
        line, byte = _undecodable(stream, encoding, start)
        raise TabularError(Fault("NOT_UTF8", line, value=byte)) from error
    except csv.Error as error:
        # Where the record begins: a quote without its end is found only at the end of the file.
        row = records.number + 1
        raise TabularError(Fault("BROKEN_CSV", row, details={"reason": str(error)})) from error
    finally:
        if text:
            text.detach()  # the stream is the caller's to close


class _Numbered:
    """Records with their numbers; ``number`` is that of the latest one.

    A record, over however many lines, has its limit: without one, a file could fill the
    memory with a single record.
    """

    def __init__(self, text, delimiter):
        self.records = csv.reader(self._lines(text), delimiter=delimiter, strict=True)
        self.number = 0
        self._size = 0

    def __iter__(self):
        for record in self.records:
            self.number += 1
            self._size = 0
            yield self.number, record

    def _lines(self, text):
        while line := text.readline(MAX_RECORD + 1):
            self._size += len(line)
            if self._size > MAX_RECORD:
                details = {"limit": MAX_RECORD}
                raise TabularError(Fault("RECORD_TOO_LONG", self.number + 1, details=details))
            yield line


def _content(field):
    return field.strip() or None


def _encoding(stream):
    """:return: encoding, and the position after the byte order mark"""
    stream.seek(0)
    head = stream.read(_HEAD)
    if head.startswith(codecs.BOM_UTF32_LE):  # it begins like UTF-16
        raise TabularError(Fault("NOT_TEXT"))
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    if b"\0" in head:
        raise TabularError(Fault("NOT_TEXT"))
    return "utf-8", 0


def _delimiter(stream, encoding, start, layout):
    """The delimiter by which the header shows the most known columns, or just columns."""
    stream.seek(start)
    head = stream.read(_HEAD).decode(encoding, errors="ignore").lstrip()

    def score(delimiter):
        try:
            fields = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return len(set(layout.names) & set(map(canonical, fields))), len(fields)

    return max(DELIMITERS, key=score)


def _undecodable(stream, encoding, start):
    """Where decoding fails: (line number, the byte there in words)."""
    stream.seek(start)
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    piece = True
    while piece:
        piece = stream.read(_PIECE)
        try:
            line += decoder.decode(piece, final=not piece).count("\n")
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding)
            return line + before.count("\n"), f"0x{error.object[error.start]:02X}"
    return line, ""
