"""Reading one statement of a file, entry by entry.

A part of the file is read, cut into entries at ``:61:``, and given to the package a few
hundred entries at a time; so memory stays flat however long the statement is.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from odoo.addons.g2p_bridge.lib.statement import Entry, Statement, StatementFormatError

from . import fields, package
from .scan import Slice
from .text import BLOCK, blocks, line_error, line_number

_TAG = re.compile(r"^:(?:[0-9]{2}[A-Z]?|NS):", re.MULTILINE)
#: Characters of one entry with its narrative. SWIFT allows a few hundred; without a limit
#: a file could fill the memory.
_MAX_ENTRY = 1 << 16
_TOO_LONG = f"the entry has more than {_MAX_ENTRY} letters."


def read(
    stream: BinaryIO, where: Slice, chunk: int = 500, part: tuple[int, int] | None = None
) -> Statement:
    """Read a statement that :func:`scan` has found.

    The balances are read at once, the entries lazily while they are iterated over, once.
    The stream must stay open for as long, and may be used by others in between.

    :param where: one of the slices that :func:`scan` found in the same stream
    :param chunk: how many entries the package gets at once
    :param part: one of the parts that :func:`cut` found: only its entries, numbered from 1
    :raises StatementFormatError: a balance, or (while iterating) an entry, cannot be read
        without doubt; the text names the line
    """
    opening = _balance(stream, where, where.opening_start)
    closing = _balance(stream, where, where.closing_start)
    if opening.currency != closing.currency:
        raise line_error(
            stream,
            where.closing_start,
            f"the closing balance is in {closing.currency}, the opening balance in "
            f"{opening.currency}.",
        )
    return Statement(
        account_number=where.account_number,
        reference_number=where.reference,
        statement_number=where.statement_number,
        sequence_number=where.sequence_number,
        currency=opening.currency,
        statement_date=closing.date,
        opening_balance=opening.amount,
        closing_balance=closing.amount,
        entries=_Entries(stream, where, chunk, part).all(),
    )


def _balance(stream: BinaryIO, where: Slice, offset: int) -> package.Balance:
    stream.seek(offset)
    line = stream.readline(BLOCK).decode(where.encoding).rstrip()
    try:
        return package.agreed_balance(line[1:4], line[5:])
    except ValueError as error:
        raise line_error(stream, offset, str(error)) from error


class _Entries:
    """Entries of one statement; holds those that wait for the package.

    ``self.line`` counts the lines before the first entry that waits, from the first line
    of what is read.
    """

    def __init__(
        self, stream: BinaryIO, where: Slice, chunk: int, part: tuple[int, int] | None
    ) -> None:
        self.stream = stream
        self.encoding = where.encoding
        self.start, self.end = part or (where.entries_start, where.closing_start)
        self.chunk = chunk
        self.line = 0
        self.sequence = 0
        self.matches: list[re.Match[str]] = []
        self.pieces: list[str] = []

    def all(self) -> Iterator[Entry]:
        """Yield the entries in order.

        :raises StatementFormatError: an entry cannot be read without doubt
        """
        pieces = self._pieces()
        self._skip_preamble(next(pieces))
        for piece in pieces:
            try:
                match = self._match(piece)
            except StatementFormatError:
                # An entry that waits comes first, if it is wrong as well.
                yield from self._take()
                raise
            if match is None:
                continue
            if len(self.matches) >= self.chunk:
                yield from self._take()
            self.matches.append(match)
            self.pieces.append(piece)
        yield from self._take()

    def _match(self, piece: str) -> re.Match[str] | None:
        """The field 61 with which an entry begins; None if it belongs to the one before."""
        match = fields.LINE.match(piece)
        if match is None:
            self._append_text(piece)
        elif len(piece) > _MAX_ENTRY:
            raise self._error(len(self.pieces), _TOO_LONG)
        return match

    def _pieces(self) -> Iterator[str]:
        """Yield what precedes the first ``:61:``, then what follows each one."""
        rest = "\n"
        for offset, block in blocks(self.stream, self.start, self.end):
            text = rest + block.decode(self.encoding).replace("\r", "")
            *whole, rest = text.split("\n:61:")
            if len(rest) > _MAX_ENTRY:
                raise line_error(
                    self.stream,
                    offset,
                    f"an entry near this line has more than {_MAX_ENTRY} letters.",
                )
            yield from whole
        yield rest.removesuffix("\n")

    def _skip_preamble(self, text: str) -> None:
        """Between opening balance and first entry there may be other fields, but no text."""
        if text.strip() and not _TAG.match(text.lstrip("\n")):
            raise self._error(0, "text that belongs to no field follows the opening balance.")
        # The leading line feed is not of the file; the last one was taken by the split.
        self.line = text.count("\n")

    def _append_text(self, piece: str) -> None:
        """A line that begins with ``:61:`` and is no such field is text of a narrative.

        It is an error if it was meant as a field, or where no narrative is open: an entry
        must not get lost because the bank wrote it in another way.
        """
        meant = fields.MEANT_AS_LINE.match(piece)
        if meant or not self.pieces or "\n:86:" not in self.pieces[-1]:
            raise self._error(len(self.pieces), fields.why_not_line(piece.partition("\n")[0]))
        if len(self.pieces[-1]) > _MAX_ENTRY:
            raise self._error(len(self.pieces) - 1, _TOO_LONG)
        self.pieces[-1] += "\n:61:" + piece

    def _take(self) -> Iterator[Entry]:
        """Yield the entries that wait, read by the package and by us."""
        for index, data in enumerate(self._parsed()):
            yield self._entry(index, data)
        self.line += sum(piece.count("\n") + 1 for piece in self.pieces)
        self.matches.clear()
        self.pieces.clear()

    def _parsed(self) -> list[dict[str, Any]]:
        """The package's data of the entries that wait; if it fails, find out at which."""
        try:
            return package.parse_lines(self.matches)
        except package.Disagreement as failure:
            for index, match in enumerate(self.matches):
                try:
                    fields.dates(match[1], match[2])
                    (data,) = package.parse_lines([match])
                except ValueError as error:
                    raise self._error(index, str(error)) from error
                self._entry(index, data)
            raise self._error(0, str(failure)) from failure

    def _entry(self, index: int, data: dict[str, Any]) -> Entry:
        match, piece = self.matches[index], self.pieces[index]
        head, tag, text = piece.partition("\n:86:")
        if "\n:" in head and (other := _TAG.search(head, match.end())):
            raise self._error(
                index,
                f"field {other[0]} is not expected after field :61:.",
                below=head.count("\n", 0, other.start()),
            )
        self.sequence += 1
        narratives = text.split("\n") if tag else []
        try:
            return package.agreed_entry(self.sequence, match, data, narratives, ":61:" + piece)
        except ValueError as error:
            raise self._error(index, str(error)) from error

    def _error(self, index: int, reason: str, below: int = 0) -> StatementFormatError:
        """An error in the line of a waiting entry, or ``below`` lines under it."""
        line = line_number(self.stream, self.start) + self.line + below
        line += sum(piece.count("\n") + 1 for piece in self.pieces[:index])
        return StatementFormatError(f"Line {line}: {reason}")
