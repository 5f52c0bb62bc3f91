# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading one statement of a file, entry by entry.

The file is read block by block and cut into entries at ``:61:``; so memory stays flat however
long the statement is.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from odoo.addons.g2p_bridge.lib.statement import Entry, Statement, StatementFormatError

from . import details, fields, package
from .scan import Slice, check_encoding
from .text import BLOCK, FRAME, blocks, line_error, line_number

_TAG = re.compile(r"^:(?:[0-9]{2}[A-Z]?|NS):", re.MULTILINE)
#: Fields that hold the narrative; some banks write one of them before every line of it.
_NARRATIVE = re.compile(r"^:(?:86|NS):", re.MULTILINE)
#: Characters of one entry with its narrative. SWIFT allows a few hundred; without a limit
#: a file could fill the memory.
_MAX_ENTRY = 1 << 16


def read(
    stream: BinaryIO, where: Slice, part: tuple[int, int] | None = None, encoding: str = ""
) -> Statement:
    """Read a statement that :func:`scan` has found.

    The balances are read at once, the entries lazily while they are iterated over, once.
    The stream must stay open for as long, and may be used by others in between.

    :param where: one of the slices that :func:`scan` found in the same stream
    :param part: one of the parts that :func:`cut` found: only its entries, numbered from 1
    :param encoding: of the text, instead of the one that :func:`scan` found
    :raises StatementFormatError: a balance, or (while iterating) an entry, cannot be read
        without doubt; the text names the line
    """
    check_encoding(encoding)
    encoding = encoding or where.encoding
    if not encoding:
        raise line_error(
            stream,
            where.start,
            "the statement that begins here is neither UTF-8 nor Windows-1252 text. Ask the bank "
            "which encoding it writes, enter it on the sponsor bank, and try again.",
        )
    opening = _balance(stream, where.opening_start)
    closing = _balance(stream, where.closing_start)
    if opening.currency != closing.currency:
        raise line_error(
            stream,
            where.closing_start,
            f"the closing balance is in {closing.currency}, the opening balance in "
            f"{opening.currency}.",
        )
    part = part or (where.entries_start, where.closing_start)
    return Statement(
        account_number=where.account_number,
        reference_number=where.reference,
        statement_number=where.statement_number,
        sequence_number=where.sequence_number,
        currency=opening.currency,
        statement_date=closing.date,
        opening_balance=opening.amount,
        closing_balance=closing.amount,
        entries=_Entries(stream, part, encoding).all(),
    )


def _balance(stream: BinaryIO, offset: int) -> fields.Balance:
    stream.seek(offset)
    line = stream.readline(BLOCK).rstrip(b"\r\n" + FRAME).decode("latin-1")
    try:
        return package.agreed_balance(line[1:4], line[5:])
    except ValueError as error:
        raise line_error(stream, offset, str(error)) from error


class _Entries:
    """Entries of one statement, or of a part of it; the latest one waits for its narrative.

    ``self.line`` counts the lines before the entry that waits, from the first line of what is
    read.
    """

    def __init__(self, stream: BinaryIO, part: tuple[int, int], encoding: str) -> None:
        self.stream = stream
        self.start, self.end = part
        self.encoding = encoding
        self.line = 0
        self.sequence = 0
        self.match: re.Match[str] | None = None
        self.piece = ""

    def all(self) -> Iterator[Entry]:
        """Yield the entries in order.

        :raises StatementFormatError: an entry cannot be read without doubt
        """
        pieces = self._pieces()
        self._skip_preamble(next(pieces))
        match_line = fields.LINE.match
        for piece in pieces:
            match = match_line(piece)
            if match is None and self._belongs_to_narrative(piece):
                self.piece += "\n:61:" + piece
                self._check_length(self.piece)
                continue
            if self.match is not None:
                yield self._entry(self.match, self.piece)
                self.line += self.piece.count("\n") + 1
            if match is None:
                raise self._error(fields.why_not_line(piece.partition("\n")[0]))
            self.match, self.piece = match, piece
        if self.match is not None:
            yield self._entry(self.match, self.piece)

    def _pieces(self) -> Iterator[str]:
        """Yield what precedes the first ``:61:``, then what follows each one."""
        rest = "\n"
        for offset, block in blocks(self.stream, self.start, self.end):
            text = rest + self._decode(offset, block).replace("\r", "")
            *whole, rest = text.split("\n:61:")
            if len(rest) > _MAX_ENTRY:
                raise line_error(
                    self.stream,
                    offset,
                    f"an entry near this line has more than {_MAX_ENTRY} letters.",
                )
            yield from whole
        yield rest.removesuffix("\n")

    def _decode(self, offset: int, block: bytes) -> str:
        try:
            return block.decode(self.encoding)
        except UnicodeDecodeError as error:
            at = error.start
            raise line_error(
                self.stream,
                offset + at,
                f"the byte {block[at]:#04x} is no letter in the encoding {self.encoding} that is "
                "set for this bank. Ask the bank which encoding it writes, enter it on the "
                "sponsor bank, and try again.",
            ) from error

    def _skip_preamble(self, text: str) -> None:
        """Between opening balance and first entry there may be other fields, but no text."""
        if text.strip() and not _TAG.match(text.lstrip("\n")):
            raise self._error("text that belongs to no field follows the opening balance.")
        # The leading line feed is not of the file; the last one was taken by the split.
        self.line = text.count("\n")

    def _belongs_to_narrative(self, piece: str) -> bool:
        """A line that begins with ``:61:`` and is no such field is text of a narrative.

        Not if it was meant as a field, nor where no narrative is open: an entry must not get
        lost because the bank wrote it in another way.
        """
        return not fields.MEANT_AS_LINE.match(piece) and bool(_NARRATIVE.search(self.piece))

    def _check_length(self, piece: str) -> None:
        if len(piece) > _MAX_ENTRY:
            raise self._error(f"the entry has more than {_MAX_ENTRY} letters.")

    def _entry(self, match: re.Match[str], piece: str) -> Entry:
        self._check_length(piece)
        head, tag, text = piece.partition("\n:86:")
        if "\n:" in head and (other := _TAG.search(head, match.end())):
            if other[0] != ":NS:":
                raise self._error(
                    f"field {other[0]} is not expected after field :61:.",
                    below=head.count("\n", 0, other.start()),
                )
            head, text = piece[: other.start() - 1], piece[other.end() :]
            tag = other[0]
        if "\n:" in text:
            text = _NARRATIVE.sub("", text)
        self.sequence += 1
        narratives = text.split("\n") if tag else []
        try:
            entry = package.agreed_entry(self.sequence, match, narratives, ":61:" + piece)
        except ValueError as error:
            raise self._error(str(error)) from error
        if len(head) > match.end():
            entry.supplementary_details = head[match.end() :].strip()
            if not entry.bank_reference and entry.supplementary_details.startswith("//"):
                self._move_reference(entry)
        details.fill(entry, text)
        return entry

    @staticmethod
    def _move_reference(entry: Entry) -> None:
        """Some banks write the bank reference into a line of its own."""
        line, _feed, rest = entry.supplementary_details.partition("\n")
        entry.bank_reference, entry.supplementary_details = line[2:].strip(), rest

    def _error(self, reason: str, below: int = 0) -> StatementFormatError:
        """An error in the first line of what is looked at, or ``below`` lines under it."""
        line = line_number(self.stream, self.start) + self.line + below
        return StatementFormatError(f"Line {line}: {reason}")
