# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tables of any length as CSV or XLSX, a row at a time, and harmless in a spreadsheet.

Cells hold text, None, :class:`~decimal.Decimal`, dates and date-times. Amounts keep all
of their digits: a CSV file has them as text with a point; a workbook keeps 15 digits,
which is what one payment has at most.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from .formula_text import defuse


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    :param kind: ``text``, ``amount``, ``date`` or ``moment``
    :param width: in characters, for workbooks
    """

    title: str
    kind: str = "text"
    width: int = 16


def write_csv(stream: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence]) -> int:
    """Write a table in UTF-8 with a byte order mark, so that spreadsheets read it rightly.

    :return: number of rows without the header
    """
    stream.write(b"\xef\xbb\xbf")
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow([defuse(column.title) for column in columns])
    number = 0
    for number, row in enumerate(rows, 1):  # noqa: B007 (the last number is the answer)
        writer.writerow([_cell(value) for value in row])
    text.flush()
    text.detach()
    return number


def _cell(value):
    if isinstance(value, str):
        return defuse(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else value
