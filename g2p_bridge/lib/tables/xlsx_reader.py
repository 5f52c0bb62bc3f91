# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""XLSX workbooks as :class:`~.rows.Row`: the first visible sheet of one.

Cells are read as a person sees them, or refused: a payment must never depend on what a
spreadsheet made of a number behind the scenes.
"""

import math
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO

import openpyxl
from openpyxl.cell.read_only import EMPTY_CELL

from .rows import MAX_COLUMNS, CellError, Fault, Layout, Row, TabularError, clean, table, text_of
from .xlsx_guard import Odd, survey

MEBIBYTE = 2**20
#: Bytes that all parts of a workbook may have unpacked.
MAX_UNPACKED = 1024 * MEBIBYTE
#: Bytes unpacked of the parts that are held in memory: texts shared by cells, and styles.
MAX_HELD = 256 * MEBIBYTE
#: How many times its packed size a part may have unpacked. Sheets of payments have 5 to 30.
MAX_RATIO = 150
#: Below this many bytes unpacked, the ratio says nothing.
HARMLESS = 8 * MEBIBYTE
MAX_PARTS = 2_000
#: Rows that a sheet can have, empty ones included.
MAX_SHEET_ROWS = 1_048_576

#: Digits that spreadsheets keep of a number; more than these were changed without notice.
_DIGITS = 15
_ZEROS = re.compile(r"0{2,30}").fullmatch
_REFUSED_TYPES = {"f": "FORMULA_CELL", "d": "DATE_CELL", "e": "ERROR_CELL", "b": "BOOLEAN_CELL"}


def read_xlsx(stream: BinaryIO, layout: Layout) -> Iterator[Row]:
    """The records of the first visible sheet.

    Numbers in amount columns become decimals with the 15 digits that a spreadsheet keeps,
    so binary noise beyond them is gone. Whole numbers in text columns become their digits,
    with leading zeros where the cell's format shows them. Formulas, dates, errors, true and
    false are faults, and so are texts that a spreadsheet has made of an ID before.

    :raises TabularError: not a workbook, damaged, or unreasonably large when unpacked
    """
    check_archive(stream)
    amounts = layout.amounts

    def convert(name, cell):
        return _amount(cell) if name in amounts else _text(name, cell, layout)

    yield from table(_records(stream), layout, _content, convert)


def check_archive(stream: BinaryIO) -> None:
    """Refuse archives that would unpack to far more than they seem to hold.

    Python never unpacks more of a part than the directory says, so the directory is enough
    to know how much; what is in it is looked through without being kept.

    :raises TabularError: as it says
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise TabularError(Fault("NOT_XLSX")) from error
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise TabularError(Fault("NOT_XLSX"))
    held = sum(part.file_size for part in parts if not _is_sheet(part))
    unpacked = sum(part.file_size for part in parts)
    dense = any(
        part.file_size > HARMLESS and part.file_size > MAX_RATIO * part.compress_size
        for part in parts
    )
    if dense or unpacked > MAX_UNPACKED or held > MAX_HELD or len(parts) > MAX_PARTS:
        raise TabularError(Fault("XLSX_TOO_LARGE", details={"megabytes": unpacked // MEBIBYTE}))
    try:
        with zipfile.ZipFile(stream) as archive:
            survey(archive)
    except Odd as error:
        raise TabularError(Fault("XLSX_ODD")) from error
    except Exception as error:  # whatever a damaged archive makes the package stumble over
        raise TabularError(Fault("NOT_XLSX")) from error


def _is_sheet(part):
    return part.filename.startswith("xl/worksheets/")


def _records(stream):
    """Numbered rows of cells. Formulas are only seen if their results are not asked for."""
    try:
        book = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        # What the sheet says of its own size is often wrong.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(min_row=1, max_col=MAX_COLUMNS + 1)
    except Exception as error:  # whatever a damaged file makes the package stumble over
        raise TabularError(Fault("NOT_XLSX")) from error
    for number in range(1, MAX_SHEET_ROWS + 1):
        try:
            cells = next(rows, None)
        except Exception as error:
            raise TabularError(Fault("DAMAGED_XLSX", number)) from error
        if cells is None:
            return
        yield number, _without_empty_end(cells)
    limit = {"limit": MAX_SHEET_ROWS}
    raise TabularError(Fault("TOO_MANY_ROWS", MAX_SHEET_ROWS, details=limit))


def _without_empty_end(cells):
    end = len(cells)
    while end and cells[end - 1] is EMPTY_CELL:
        end -= 1
    return cells[:end]


def _content(cell):
    value = cell.value
    if isinstance(value, str):
        return value.strip() or None
    # Formulas over several cells are objects with a text.
    return getattr(value, "text", value)


def _checked(cell):
    """:return: what the cell holds: text as it is, int or finite float

    :raises CellError: anything else
    """
    refused = _REFUSED_TYPES.get(cell.data_type)
    if refused:
        raise CellError(refused)
    value = cell.value
    if isinstance(value, float) and not math.isfinite(value):
        raise CellError("NUMBER_TOO_LONG")
    return value


def _amount(cell):
    value = _checked(cell)
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int):
        return Decimal(value)
    number = Decimal(f"{value:.{_DIGITS}g}")
    # 1E+3 is 1000: people and messages read plain digits.
    return Decimal(f"{number:f}")


def _text(name, cell, layout):
    value = _checked(cell)
    if isinstance(value, str):
        return text_of(name, value, layout)
    if abs(value) >= 10**_DIGITS:
        raise CellError("NUMBER_TOO_LONG")
    if value != int(value):
        raise CellError("NUMBER_WITH_DECIMALS")
    digits = str(int(value))
    shown_as = str(cell.number_format)
    return digits.zfill(len(shown_as)) if _ZEROS(shown_as) else digits
