# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rows of tables that people hand in as files, whatever the format.

A table has one header row and one record per row. A reader knows nothing of what the
columns mean: a :class:`Layout` names them. What is wrong with a single cell is told with
its row (:attr:`Row.faults`), so that one reading finds everything; what is wrong with the
file as a whole is raised as :class:`TabularError`. Both name a code and details, never a
sentence: the words are found where they are shown.

Row numbers are those that a spreadsheet shows: the first row is 1, empty ones count.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..lost_digits import lost_digits
from .formula_text import restore

#: Columns of a file beyond this are not looked at, and refused in the header.
MAX_COLUMNS = 40
#: Characters of a wrong value that a fault keeps.
MAX_SHOWN = 100

#: What PostgreSQL or a bank's file can't hold. Line ends are left to the bank's connector.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that a file may have.

    :param required: names without which a file is refused
    :param optional: further names
    :param amounts: names of columns whose spreadsheet numbers are read as exact decimals
    :param identifiers: names of columns of IDs, accounts and codes: texts, of which a
        spreadsheet must not have made something else
    :param max_rows: records that a file may hold
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    amounts: frozenset[str] = frozenset()
    identifiers: frozenset[str] = frozenset()
    max_rows: int = 1_000_000

    @property
    def names(self) -> tuple[str, ...]:
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, and what.

    :param row: 0 if it concerns the file as a whole
    :param value: as found, at most :data:`MAX_SHOWN` characters
    :param details: what a sentence about it needs besides
    """

    code: str
    row: int = 0
    column: str = ""
    value: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


class TabularError(ValueError):
    """The file can't be read to its end; ``faults`` tells why."""

    def __init__(self, *faults: Fault):
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Row:
    """One record: a text, a Decimal (amounts of spreadsheets) or None per column."""

    number: int
    values: dict[str, str | Decimal | None]
    faults: Sequence[Fault] = ()


class CellError(ValueError):
    """A cell can't be taken; the text is the code of the fault."""


def table(
    records: Iterable[tuple[int, Sequence[Any]]],
    layout: Layout,
    content: Callable[[Any], Any],
    convert: Callable[[str, Any], str | Decimal | None],
) -> Iterator[Row]:
    """Turn numbered records, the first of which is the header, into rows.

    :param content: what a cell holds; None if nothing
    :param convert: value of a cell that holds something, in a column; raises CellError
    """
    header = None
    count = 0
    for number, cells in records:
        contents = [content(cell) for cell in cells]
        if contents.count(None) == len(contents):
            continue
        if header is None:
            header = match_header(number, contents, layout)
            continue
        count += 1
        if count > layout.max_rows:
            raise TabularError(Fault("TOO_MANY_ROWS", number, details={"limit": layout.max_rows}))
        yield _row(number, cells, contents, header, convert)
    if header is None:
        raise TabularError(Fault("EMPTY_FILE"))
    if not count:
        raise TabularError(Fault("NO_ROWS"))


def match_header(number: int, cells: Sequence[Any], layout: Layout) -> list[str | None]:
    """The column names of a header row; None where there is no name.

    :raises TabularError: unknown, repeated or missing columns: all of them
    """
    known = set(layout.names)
    header = [canonical(cell) for cell in cells]
    named = [name for name in header if name]
    faults = [
        Fault("UNKNOWN_COLUMN", number, value=shown(cell), details={"names": layout.names})
        for cell, name in zip(cells, header, strict=True)
        if name and name not in known
    ]
    faults += [
        Fault("REPEATED_COLUMN", number, column=name)
        for name in sorted(set(named) & known)
        if named.count(name) > 1
    ]
    faults += [
        Fault("MISSING_COLUMN", number, column=name)
        for name in layout.required
        if name not in named
    ]
    if len(header) > MAX_COLUMNS:
        faults = [Fault("TOO_MANY_COLUMNS", number, details={"limit": MAX_COLUMNS})]
    if faults:
        raise TabularError(*faults)
    return header


def canonical(cell: Any) -> str | None:
    """A column's name as layouts write it, whatever its case and the space around it."""
    return (str(cell).strip().lower() or None) if cell is not None else None


def clean(text: str) -> str:
    """The text of a cell, without the space around it and what an export added to it.

    :raises CellError: characters that no text of a payment can hold
    """
    text = restore(text.strip()).strip()
    if _CONTROL.search(text):
        raise CellError("INVALID_CHARACTER")
    return text


def text_of(name: str, text: str, layout: Layout) -> str:
    """The text of a cell in a column, without what does not belong to it.

    :raises CellError: no text can hold it, or it is no ID any more
    """
    text = clean(text)
    code = lost_digits(text) if name in layout.identifiers else None
    if code:
        raise CellError(code)
    return text


def shown(value: Any) -> str:
    """A value as a fault keeps it."""
    text = _CONTROL.sub("\ufffd", str(value))
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _row(number, cells, contents, header, convert):
    values = {}
    faults = []
    for position, cell in enumerate(cells):
        if contents[position] is None:
            continue
        name = header[position] if position < len(header) else None
        try:
            if name is None:
                raise CellError("VALUE_WITHOUT_COLUMN")
            values[name] = convert(name, cell)
        except CellError as error:
            value = shown(contents[position])
            faults.append(Fault(str(error), number, name or "", value))
    return Row(number, values, faults)
