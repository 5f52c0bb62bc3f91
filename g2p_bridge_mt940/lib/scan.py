"""Finding the statements in a file, without reading their entries.

A text line may begin like a field (``:20:`` in a narrative). So a line is a new field only
where the grammar expects that field and its content has that field's form:

* ``:20:`` begins a statement before the first one and after a closing balance, where
  ``:25:`` follows; among entries it is text.
* ``:62F:`` and ``:62M:`` close a statement if they hold a balance, and the last of a
  statement counts: if entries follow it, it was text.
* ``-`` and ``-}`` end a statement after its closing balance; among entries they are text.

A statement that is cut off must not swallow the next one: a complete header (``:20:``,
``:25:``, ``:28C:``, ``:60F:`` line by line) among entries is an error.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from odoo.addons.g2p_bridge.lib.statement import Head, StatementFormatError

from . import fields
from .text import Lines, check_text, line_error

_TAG = re.compile(rb":([0-9]{2}[A-Z]?|NS):")
_NEXT_TAG = re.compile(rb"\n:(?:[0-9]{2}[A-Z]?|NS):")
#: A closing balance, or :20: where a header may follow (or is yet to be read).
_BOUNDARY = re.compile(
    rb"\n:(?:62[FM]:|20:[^\n]*(?:\n\s*(?::(?:13D?|21|25P?|28C?|34F|NS):|\Z)|\Z))"
)
_HEADER_TAGS = {"20", "21", "25", "25P", "13", "13D", "28", "28C", "34F", "NS", "60F", "60M"}
#: Of these a header has one; other fields may be repeated.
_ONCE = {"20", "25", "25P", "28", "28C"}
#: Lines between :20: and the opening balance; more are no header.
_MAX_HEADER_LINES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Head):
    """Where one statement lies in a file, and whose it is.

    All positions are byte offsets. ``start`` is that of ``:20:``, ``end`` that of the next
    statement or the end of the file; entries lie from ``entries_start`` to ``closing_start``.

    :param encoding: in which the file's text is to be read
    """

    start: int
    end: int
    opening_start: int
    entries_start: int
    closing_start: int
    encoding: str


def scan(stream: BinaryIO) -> list[Slice]:
    """Find the statements of a file, in the file's order.

    Takes one pass to check the text and one to find the fields; memory stays small.

    :param stream: seekable
    :return: at least one slice
    :raises StatementFormatError: the file is not MT940; the text names the line and the field
    """
    offset, encoding = check_text(stream)
    scanner = _Scanner(stream, encoding)
    slices = []
    while (start := scanner.next_start(offset)) is not None:
        found = scanner.statement(start)
        slices.append(found)
        offset = found.end
    if not slices:
        raise StatementFormatError(
            "This is not an MT940 file: no line begins with :20: (transaction reference)."
        )
    return slices


class _Scanner:
    """One walk over a file; positions are offsets of line starts."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self.stream = stream
        self.lines = Lines(stream)
        self.encoding = encoding

    def next_start(self, offset: int) -> int | None:
        """Skip what lies between statements (SWIFT blocks, bank headers, blank lines)."""
        start = self.lines.search(_NEXT_TAG, offset)
        if start is None:
            return None
        name = _tag_of(self.lines.at(start)[0])
        if name != "20":
            raise self._error(start, f"field :{name}: comes before :20:, which begins a statement.")
        return start

    def statement(self, start: int) -> Slice:
        """Read the header that begins at ``start`` and find where the statement ends."""
        header = self._header(start)
        closing, end = self._closing(start, header["entries_start"])
        return Slice(start=start, end=end, closing_start=closing, encoding=self.encoding, **header)

    def _header(self, start: int) -> dict:
        """The part of a :class:`Slice` that comes from the fields up to the opening balance."""
        found: dict[str, str] = {}
        offset = start
        for offset, name, line, following in self._fields(start, _MAX_HEADER_LINES):
            if name in ("60F", "60M"):
                self._check_balance(offset, line)
                return self._identity(found, offset) | {
                    "opening_start": offset,
                    "entries_start": following,
                }
            if name in ("61", "62F", "62M") or (name in _ONCE and name in found):
                break
            if name:
                found[name] = line[len(name) + 2 :].decode(self.encoding).strip()
        self._identity(found, offset)
        raise self._error(
            offset,
            "the opening balance (:60F: or :60M:) is missing before this line, in the "
            f"statement whose reference (:20:) is {found['20']!r}.",
        )

    def _identity(self, found: dict[str, str], offset: int) -> dict:
        account = found.get("25") or found.get("25P")
        if not account:
            raise self._error(offset, "the account (:25:) is missing or empty before this line.")
        text = found.get("28C") or found.get("28") or ""
        number = fields.NUMBER.fullmatch(text)
        if not number:
            raise self._error(
                offset,
                "the statement number (:28C:) before this line is missing, or is not "
                f"number/sequence: {text!r}.",
            )
        return {
            "reference": found["20"],
            "account_number": account,
            "statement_number": number[1],
            "sequence_number": number[2] or "",
        }

    def _closing(self, start: int, offset: int) -> tuple[int, int]:
        """:return: offset of the closing balance, and of the statement's end"""
        refused = None
        while (at := self.lines.search(_BOUNDARY, offset)) is not None:
            line, offset = self.lines.at(at)
            if line.startswith(b":20:"):
                if self._is_header(at):
                    raise self._error(
                        at,
                        "a statement begins before the previous one has a closing balance "
                        "(:62F: or :62M:). Part of the file is missing: get it from the bank "
                        "again.",
                    )
            elif self._is_balance(at, line):
                end, refused = self._end(offset)
                if end is not None:
                    return at, end
        if refused is not None:
            raise self._error(refused, "an entry (:61:) comes after the closing balance.")
        raise self._error(
            start,
            "the statement that begins here has no closing balance (:62F: or :62M:). "
            "The file is cut off: get it from the bank again.",
        )

    def _end(self, offset: int) -> tuple[int | None, int | None]:
        """Walk over what may follow a closing balance.

        :return: the statement's end, or None and the offset of the field which shows that
            the balance was text
        """
        in_text = False
        while (found := self.lines.at(offset)) is not None:
            line, following = found
            name = _tag_of(line)
            if self._contradicts_end(offset, name, line, in_text):
                return None, offset
            if name == "20" and (not in_text or self._is_header(offset)):
                return offset, None
            if line.rstrip() == b"-" or line.startswith((b"-}", b"{1:")):
                return (following if line.startswith(b"-") else offset), None
            if name and name not in ("20", "61", "62F", "62M"):
                in_text = name in ("86", "NS")
            offset = following
        return offset, None

    def _contradicts_end(self, offset: int, name: str, line: bytes, in_text: bool) -> bool:
        """Whether a field after a closing balance shows that the statement goes on."""
        if name == "61":
            content = line[len(b":61:") :].decode(self.encoding)
            return not in_text or bool(fields.MEANT_AS_LINE.match(content))
        return name in ("62F", "62M") and self._is_balance(offset, line)

    def _is_header(self, offset: int) -> bool:
        """Whether a whole header lies here: it cannot be text by accident."""
        seen: set[str] = set()
        for _offset, name, line, _following in self._fields(offset, _MAX_HEADER_LINES):
            if name and (name not in _HEADER_TAGS or (name in _ONCE and name in seen)):
                return False
            if name in ("60F", "60M"):
                content = line[len(name) + 2 :].decode(self.encoding)
                return bool(seen & {"25", "25P"} and fields.BALANCE.fullmatch(content))
            seen.add(name)
        return False

    def _fields(self, offset: int, limit: int) -> Iterator[tuple[int, str, bytes, int]]:
        """Yield ``(offset, tag or "", line, next offset)`` of at most ``limit`` lines."""
        for _count in range(limit):
            if (found := self.lines.at(offset)) is None:
                return
            line, following = found
            yield offset, _tag_of(line), line, following
            offset = following

    def _is_balance(self, offset: int, line: bytes) -> bool:
        content = line[len(b":62F:") :].decode(self.encoding)
        if fields.BALANCE.fullmatch(content):
            return True
        if fields.MEANT_AS_BALANCE.match(content):
            self._check_balance(offset, line)
        return False

    def _check_balance(self, offset: int, line: bytes) -> None:
        tag, content = line[:5].decode(), line[5:].decode(self.encoding)
        if not fields.BALANCE.fullmatch(content):
            raise self._error(offset, fields.why_not_balance(tag, content))

    def _error(self, offset: int, reason: str) -> StatementFormatError:
        return line_error(self.stream, offset, reason)


def _tag_of(line: bytes) -> str:
    """The tag with which a line begins, or an empty text."""
    tag = _TAG.match(line)
    return tag[1].decode() if tag else ""
