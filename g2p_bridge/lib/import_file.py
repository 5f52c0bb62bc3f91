# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files of disbursements: their columns, the template, and what a check of one adds up to."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from .tables.rows import Fault, Layout, Row, TabularError

KEY = "mis_reference_number"
ENVELOPE = "disbursement_envelope_id"
AMOUNT = "disbursement_amount"
REQUIRED = ("beneficiary_id", "beneficiary_name", AMOUNT, "narrative")

_PIECE = 1024 * 1024


def layout(addresses: Iterable[str], identifiers: Iterable[str], max_rows: int) -> Layout:
    """The columns that a file of disbursements may have.

    :param addresses: names of the columns of a financial address
    :param identifiers: names of the columns of IDs, accounts and codes
    """
    optional = (KEY, ENVELOPE, *addresses)
    return Layout(REQUIRED, optional, frozenset([AMOUNT]), frozenset(identifiers), max_rows)


def template_csv(addresses: Iterable[str] = ()) -> bytes:
    """A CSV file with nothing but the header; its mark tells spreadsheets that it is UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow([KEY, *REQUIRED, *addresses])
    return text.getvalue().encode("utf-8-sig")


def template_xlsx(addresses: Iterable[str] = ()) -> bytes:
    """A workbook with the header, and cells that keep what is typed.

    All columns but the amount are text, so that leading zeros and long numbers stay.
    """
    names = [KEY, *REQUIRED, *addresses]
    book, sheet = _workbook("Disbursements", names, [len(name) + 6 for name in names])
    for position, name in enumerate(names, 1):
        column = sheet.column_dimensions[get_column_letter(position)]
        column.number_format = "0.00" if name == AMOUNT else "@"
    return _saved(book)


def errors_xlsx(header: Iterable[str], errors: Iterable[tuple]) -> bytes:
    """A workbook with a list of errors.

    Texts stay texts: what a file held as a formula is not one here.

    :param errors: row number, column, value, what to do, code
    """
    book, sheet = _workbook("Errors", header, (8, 28, 24, 100, 40))
    for number, error in enumerate(errors, 2):
        for position, value in enumerate(error, 1):
            cell = sheet.cell(number, position, value or None)
            if isinstance(value, str) and value:
                cell.data_type = "s"
    return _saved(book)


def _workbook(title, header, widths):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    sheet.freeze_panes = "A2"
    for position, (name, width) in enumerate(zip(header, widths, strict=True), 1):
        sheet.cell(1, position, name).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(position)].width = width
    return book, sheet


def _saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def digest(stream: BinaryIO) -> str:
    """The SHA-256 of a whole stream, as hexadecimal text."""
    stream.seek(0)
    result = hashlib.sha256()
    while piece := stream.read(_PIECE):
        result.update(piece)
    return result.hexdigest()


def own_key(file_digest: str, row: int) -> str:
    """The sender's key of a row that has none: the same whenever the same file is read."""
    return f"FILE-{file_digest[:32]}-{row}"


def portions(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Lists of ``size`` rows, the last one shorter; only one is held at a time.

    :raises TabularError: as the rows do, after those that could be read
    """
    portion = []
    try:
        for row in rows:
            portion.append(row)
            if len(portion) == size:
                yield portion
                portion = []
    except TabularError:
        if portion:
            yield portion
        raise
    if portion:
        yield portion


@dataclass(slots=True)
class Findings:
    """What the check of a file has found so far.

    :param limit: faults that are kept; all are counted
    :param rows: records read
    :param amount: what the readable amounts add up to, in major units
    :param fresh: records that the envelope does not have yet
    :param fresh_amount: what those add up to
    :param complete: whether the file was read to its end
    """

    limit: int
    rows: int = 0
    amount: Decimal = Decimal(0)
    fresh: int = 0
    fresh_amount: Decimal = Decimal(0)
    complete: bool = False
    count: int = 0
    faults: list[Fault] = field(default_factory=list)
    first_rows: dict[str, int] = field(default_factory=dict)

    def add(self, *faults: Fault) -> None:
        self.count += len(faults)
        self.faults.extend(faults[: max(self.limit - len(self.faults), 0)])

    def first_row(self, key: str, row: int) -> int | None:
        """Where a sender's key was met before; None, and remembered, if it is new."""
        former = self.first_rows.setdefault(key, row)
        return None if former == row else former
