# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finding the statements in a file, without reading their entries.

A text line may begin like a field (``:20:`` in a narrative). So a line is a new field only
where the grammar expects that field and its content has that field's form:

* ``:20:`` begins a statement before the first one and after a closing balance; what joining
  files leaves before it (a byte order mark, blanks, frames, a hyphen) does not hide it. Among
  entries it is text, and in a text of the statement it begins one where a header follows.
* ``:62F:`` and ``:62M:`` close a statement if they hold a balance, and the last of a
  statement counts: if entries follow it, it was text.
* ``-``, ``-}``, frames and ``:940:`` end a statement after its closing balance; among entries
  they are text.

A statement that is cut off must not swallow the next one: a header (its fields line by line
up to ``:60F:``) among entries is an error, and so is an opening balance behind a closing one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from odoo.addons.g2p_bridge.lib.statement import Head, StatementFormatError

from . import fields
from .content import content
from .encoding import is_line_safe
from .text import FRAME, Lines, check_text, line_error

_TAG = re.compile(rb":([0-9]{2}[A-Z]?|NS):")
#: What may stand in the line before a :20:, where files were joined or framed.
_JOINT = rb"(?:-\}?)?(?:[ \t\x01\x03\x1a]|\xef\xbb\xbf)*"
_TAG_BEHIND_JOINT = re.compile(rb"(" + _JOINT + rb"):([0-9]{2}[A-Z]?|NS):")
_NEXT_TAG = re.compile(rb"\n" + _JOINT + rb":(?:[0-9]{2}[A-Z]?|NS):")
#: A closing balance, or a field where a header may follow (or is yet to be read).
_BOUNDARY = re.compile(
    rb"\n(?=[-: \t\x01\x03\x1a\xef])(?::62[FM]:|"
    + _JOINT
    + rb":(?:20|25P?|28C?):[^\n]*(?:\n\s*(?::(?:13D?|21|25P?|28C?|34F|60[FM]|NS):|\Z)|\Z))"
)
#: What ends a statement behind its closing balance.
_TRAILER = re.compile(rb"-\}|(?:-[ \t]*)?(?:\{[1-5S]:|[\x01\x03\x1a]|\xef\xbb\xbf|:940:)|-[ \t]*\Z")
_HEADER_TAGS = {"20", "21", "25", "25P", "13", "13D", "28", "28C", "34F", "NS", "60F", "60M"}
#: Of these a header has one; other fields may be repeated.
_ONCE = {"20", "25", "25P", "28", "28C"}
#: An opening balance behind one of these is a header, whatever became of its beginning.
_NAMES = {"25", "25P", "28", "28C"}
#: What an interim report has and a statement without opening balance has not.
_INTERIM = {"13", "13D", "34F", "90C", "90D"}
#: Lines between :20: and the opening balance; more are no header.
_MAX_HEADER_LINES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Head):
    """Where one statement lies in a file, and whose it is.

    All positions are byte offsets. ``start`` is that of ``:20:``, ``end`` that of the next
    statement or the end of the file; entries lie from ``entries_start`` to ``closing_start``.

    :param encoding: in which the statement's text is to be read; empty if nobody knows
    """

    start: int
    end: int
    opening_start: int
    entries_start: int
    closing_start: int
    encoding: str


def scan(stream: BinaryIO, encoding: str = "", most: int = 0) -> list[Slice]:
    """Find the statements of a file, in the file's order.

    Takes one pass to check the text, one to find the fields and one over what belongs to the
    statements; memory stays small.

    :param stream: seekable
    :param encoding: of all texts of the file; empty: UTF-8 or Windows-1252, which is found out
        for each statement. The digests do not depend on it
    :param most: statements that the file may have; 0: as many as it has
    :return: at least one slice
    :raises StatementFormatError: the file is not MT940; the text names the line and the field.
        Or it has more statements: the rest of it is not looked at
    """
    check_encoding(encoding)
    offset = check_text(stream)
    scanner = _Scanner(stream, encoding)
    slices = []
    while (start := scanner.next_start(offset)) is not None:
        if most and len(slices) == most:
            raise StatementFormatError(
                f"The file has more than {most:,} statements. Send them in several files."
            )
        found = scanner.statement(start)
        slices.append(found)
        offset = found.end
    if not slices:
        raise StatementFormatError(
            "This is not an MT940 file: no line begins with :20: (transaction reference)."
        )
    return slices


def check_encoding(encoding: str) -> None:
    """:raises StatementFormatError: no text of fields and lines can be in this encoding"""
    if encoding and not is_line_safe(encoding):
        raise StatementFormatError(
            f"No statement can be read in the encoding {encoding!r} that is set for this bank. "
            "Choose another one on the sponsor bank."
        )


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
        joint, name = _TAG_BEHIND_JOINT.match(self.lines.at(start)[0]).groups()
        if name != b"20":
            raise self._error(
                start,
                f"field :{name.decode()}: comes before :20:, which begins a statement.",
            )
        return start + len(joint)

    def statement(self, start: int) -> Slice:
        """Read the header that begins at ``start`` and find where the statement ends."""
        header, opening_start, entries_start = self._header(start)
        closing_start, content_end, end = self._closing(start, entries_start)
        digest, encoding = content(self.stream, start, content_end)
        encoding = self.encoding or encoding
        opening, closing = self._balance(opening_start), self._balance(closing_start)
        return Slice(
            **{name: text.decode(encoding or "cp1252", "replace") for name, text in header.items()},
            currency=opening.currency,
            statement_date=closing.date,
            opening_balance=opening.amount,
            closing_balance=closing.amount,
            digest=digest,
            start=start,
            end=end,
            opening_start=opening_start,
            entries_start=entries_start,
            closing_start=closing_start,
            encoding=encoding,
        )

    def _header(self, start: int) -> tuple[dict[str, bytes], int, int]:
        """:return: what identifies the statement, offset of its opening balance and behind it"""
        found: dict[str, bytes] = {}
        offset = start
        for offset, name, line, following in self._fields(start, _tag_of):
            if name in ("60F", "60M"):
                self._check_balance(offset, line)
                return self._identity(found, offset), offset, following
            if name in ("61", "62F", "62M") or (name in _ONCE and name in found):
                break
            if name:
                found[name] = line[len(name) + 2 :].strip()
        if _INTERIM & found.keys():
            raise self._error(
                start,
                "the message that begins here is an MT942, an interim report: bookings of an "
                "unfinished day, which prove nothing. Ask the bank for its MT940 statements.",
            )
        self._identity(found, offset)
        raise self._error(
            offset,
            "the opening balance (:60F: or :60M:) is missing before this line, in the "
            f"statement whose reference (:20:) is {_plain(found['20'])!r}.",
        )

    def _identity(self, found: dict[str, bytes], offset: int) -> dict[str, bytes]:
        account = found.get("25") or found.get("25P")
        if not account:
            raise self._error(offset, "the account (:25:) is missing or empty before this line.")
        text = found.get("28C") or found.get("28") or b""
        number = fields.NUMBER.fullmatch(_plain(text))
        if not number:
            raise self._error(
                offset,
                "the statement number (:28C:) before this line is missing, or is not "
                f"number/sequence: {_plain(text)!r}.",
            )
        return {
            "reference": found["20"],
            "account_number": account,
            "statement_number": number[1].encode(),
            "sequence_number": (number[2] or "").encode(),
        }

    def _closing(self, start: int, offset: int) -> tuple[int, int, int]:
        """:return: offset of the closing balance, behind its fields, and of the statement's end"""
        refused = None
        while (at := self.lines.search(_BOUNDARY, offset)) is not None:
            line, offset = self.lines.at(at)
            if not line.startswith(b":62"):
                if self._is_header(at):
                    raise self._error(
                        at,
                        "a statement begins before the previous one has a closing balance "
                        "(:62F: or :62M:). Part of the file is missing: get it from the bank "
                        "again.",
                    )
            elif self._is_balance(at, balance := line.rstrip(FRAME)):
                if balance != line:
                    return at, at + len(balance), offset
                content_end, end, refused = self._end(at + len(line), offset)
                if refused is None:
                    return at, content_end, end
        if refused is not None:
            raise self._error(refused, "an entry (:61:) comes after the closing balance.")
        raise self._error(
            start,
            "the statement that begins here has no closing balance (:62F: or :62M:). "
            "The file is cut off: get it from the bank again.",
        )

    def _end(self, content_end: int, offset: int) -> tuple[int, int, int | None]:
        """Walk over what may follow a closing balance.

        :return: offset behind the statement's last field, offset of its end, and of the field
            (or None) which shows that the balance was text
        """
        in_text = False
        while (found := self.lines.at(offset)) is not None:
            whole, following = found
            line = whole.rstrip(FRAME)
            name = _tag_of(line)
            if self._contradicts_end(offset, name, line, in_text):
                return content_end, offset, offset
            if self._begins_statement(offset, line, in_text):
                return content_end, offset, None
            if _TRAILER.match(whole):
                return content_end, following if line.startswith(b"-") else offset, None
            if name in ("60F", "60M") and fields.MEANT_AS_BALANCE.match(_plain(line[5:])):
                raise self._error(
                    offset,
                    "an opening balance comes after the closing balance, and no line between "
                    "them begins with :20:. Statements were joined in the middle of a line: get "
                    "them from the bank again.",
                )
            if name or in_text:
                content_end = offset + len(line)
            if line != whole:
                return content_end, following, None
            if name and name not in ("20", "61", "62F", "62M"):
                in_text = name in ("86", "NS")
            offset = following
        return content_end, offset, None

    def _contradicts_end(self, offset: int, name: str, line: bytes, in_text: bool) -> bool:
        """Whether a field after a closing balance shows that the statement goes on."""
        if name == "61":
            return not in_text or bool(fields.MEANT_AS_LINE.match(_plain(line[4:])))
        return name in ("62F", "62M") and self._is_balance(offset, line)

    def _begins_statement(self, offset: int, line: bytes, in_text: bool) -> bool:
        """Whether a line behind a closing balance begins the next statement."""
        tag = _TAG_BEHIND_JOINT.match(line)
        if tag is None or tag[2] != b"20":
            return False
        # Frames and byte order marks are in no text.
        return not in_text or bool(tag[1].strip()) or self._is_header(offset)

    def _is_header(self, offset: int) -> bool:
        """Whether a whole header lies here: it cannot be text by accident."""
        seen: set[str] = set()
        for _offset, name, line, _following in self._fields(offset, _tag_behind_joint):
            if name and (name not in _HEADER_TAGS or (name in _ONCE and name in seen)):
                return False
            if name in ("60F", "60M"):
                content = _plain(line).partition(f":{name}:")[2]
                return bool(_NAMES & seen and fields.MEANT_AS_BALANCE.match(content))
            seen.add(name)
        return False

    def _fields(
        self, offset: int, tag_of: Callable[[bytes], str]
    ) -> Iterator[tuple[int, str, bytes, int]]:
        """Yield ``(offset, tag or "", line, next offset)`` of the lines of a header."""
        for _count in range(_MAX_HEADER_LINES):
            if (found := self.lines.at(offset)) is None:
                return
            line, following = found
            yield offset, tag_of(line), line, following
            offset = following

    def _is_balance(self, offset: int, line: bytes) -> bool:
        content = _plain(line[5:])
        if fields.BALANCE.fullmatch(content):
            return True
        if fields.MEANT_AS_BALANCE.match(content):
            self._check_balance(offset, line)
        return False

    def _check_balance(self, offset: int, line: bytes) -> None:
        content = _plain(line[5:])
        if not fields.BALANCE.fullmatch(content):
            raise self._error(offset, fields.why_not_balance(_plain(line[:5]), content))

    def _balance(self, offset: int) -> fields.Balance:
        """The balance in this line; what it says of no day or amount is left to the reading."""
        content = _plain(self.lines.at(offset)[0][5:].rstrip(FRAME))
        try:
            return fields.balance(content)
        except ValueError:
            return fields.Balance(None, fields.BALANCE.fullmatch(content)[3], None)

    def _error(self, offset: int, reason: str) -> StatementFormatError:
        return line_error(self.stream, offset, reason)


def _plain(text: bytes) -> str:
    """For a look at what is ASCII; other letters are as good as any."""
    return text.decode("latin-1")


def _tag_of(line: bytes) -> str:
    """The tag with which a line begins, or an empty text."""
    tag = _TAG.match(line)
    return tag[1].decode() if tag else ""


def _tag_behind_joint(line: bytes) -> str:
    """The tag with which a line begins but for what joining leaves there, or an empty text."""
    tag = _TAG_BEHIND_JOINT.match(line)
    return tag[2].decode() if tag else ""
