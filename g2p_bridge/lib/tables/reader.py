# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tables that people hand in as files (CSV, XLSX), read row by row."""

from collections.abc import Iterator
from typing import BinaryIO

from .csv_reader import read_csv
from .rows import Fault, Layout, Row, TabularError
from .xlsx_reader import read_xlsx

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"


def read_rows(stream: BinaryIO, layout: Layout) -> Iterator[Row]:
    """The records of a file; its kind is seen from its first bytes, not from its name.

    Values are taken without the white space around them; empty ones are None, and rows
    without any value are left out.

    :param stream: seekable, read from its start
    :raises TabularError: at the first fault that leaves no sense in reading on
    """
    stream.seek(0)
    start = stream.read(8)
    if not start:
        raise TabularError(Fault("EMPTY_FILE"))
    if start.startswith(_OLE):
        raise TabularError(Fault("OLD_OR_LOCKED_EXCEL"))
    if start.startswith(_ZIP):
        return read_xlsx(stream, layout)
    return read_csv(stream, layout)
