# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tables of any length as CSV, a row at a time, and harmless in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from .columns import Column
from .formula_text import defuse


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
