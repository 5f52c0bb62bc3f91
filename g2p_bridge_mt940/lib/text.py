# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bytes of a statement file: what counts as text, and reading it without holding it."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from odoo.addons.g2p_bridge.lib.statement import StatementFormatError

#: Bytes read at once. A single line must be shorter, so that no input can fill the memory.
BLOCK = 1 << 18

#: Where a line begins like an entry, for a search in :class:`Lines`.
ENTRY = re.compile(rb"\n:61:")

#: Begin and end of a message on a disk of SWIFT (DOS-PCC), and the end of a file of DOS. They
#: stand between statements, never in one.
FRAME = b"\x01\x03\x1a"
#: Characters that no file holds: control characters without tab, line feed, return, frames.
_FORBIDDEN = bytes(set(range(32)) - {9, 10, 13, *FRAME}) + b"\x7f"
_LONE_CR = re.compile(rb"\r(?![\r\n])")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def line_number(stream: BinaryIO, offset: int) -> int:
    """Number (from 1) of the line in which the byte ``offset`` lies."""
    stream.seek(0)
    line = 1
    while offset > 0 and (block := stream.read(min(BLOCK, offset))):
        line += block.count(b"\n")
        offset -= len(block)
    return line


def line_error(stream: BinaryIO, offset: int, reason: str) -> StatementFormatError:
    """An error that names the line in which the byte ``offset`` lies."""
    return StatementFormatError(f"Line {line_number(stream, offset)}: {reason}")


def blocks(stream: BinaryIO, start: int, end: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield ``(offset, bytes)`` of whole lines between two offsets.

    The stream is positioned before every read, so others may use it meanwhile.

    :raises StatementFormatError: a line is longer than a block
    """
    while end is None or start < end:
        stream.seek(start)
        block = stream.read(BLOCK if end is None else min(BLOCK, end - start))
        if not block:
            return
        if len(block) == BLOCK:
            cut = block.rfind(b"\n") + 1
            if not cut:
                raise line_error(
                    stream,
                    start,
                    f"the line is longer than {BLOCK // 1024} KiB; this is not an MT940 file.",
                )
            block = block[:cut]
        yield start, block
        start += len(block)


def text_start(stream: BinaryIO) -> int:
    """Offset of the first character, after a byte order mark of UTF-8.

    :raises StatementFormatError: the file is empty, or UTF-16
    """
    stream.seek(0)
    head = stream.read(3)
    if not head:
        raise StatementFormatError("The file is empty.")
    if head.startswith(_UTF16):
        raise StatementFormatError(
            "The file is UTF-16 text. Ask the bank for UTF-8, or convert it, and upload it again."
        )
    return len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0


def check_text(stream: BinaryIO) -> int:
    """Read the whole file once: is it text, in lines that end as they should?

    :return: offset of the first character
    :raises StatementFormatError: the file is empty or binary
    """
    start = text_start(stream)
    for offset, block in blocks(stream, start):
        refuse_bytes(stream, offset, block, _FORBIDDEN)
        if b"\r" in block and (lone := _LONE_CR.search(block)):
            raise line_error(
                stream,
                offset + lone.start(),
                "there is a carriage return in the middle. Lines must end with CR LF or LF.",
            )
    return start


def refuse_bytes(stream: BinaryIO, offset: int, block: bytes, forbidden: bytes) -> None:
    """:raises StatementFormatError: one of these bytes is in this block of the file"""
    if len(block.translate(None, forbidden)) != len(block):
        at = re.search(b"[" + re.escape(forbidden) + b"]", block).start()
        raise line_error(
            stream,
            offset + at,
            f"the byte {block[at]:#04x} is not text; this is not an MT940 file.",
        )


class Lines:
    """Lines of a file by their offset, and fast search for the next one that begins so."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        # Whole lines from offset _start on, after one line feed, so that a search for a
        # line feed and what follows also finds the first line.
        self._start = 0
        self._data = b"\n"

    def at(self, offset: int) -> tuple[bytes, int] | None:
        """:return: the line at ``offset`` without its line end, and the next offset"""
        if not self._has(offset) and not self._load(offset):
            return None
        begin = offset - self._start + 1
        end = self._data.find(b"\n", begin)
        if end < 0:
            end = len(self._data)
        return self._data[begin:end].rstrip(b"\r"), self._start + end

    def search(self, pattern: re.Pattern[bytes], offset: int) -> int | None:
        """Find the next line, at or after the line at ``offset``, that begins so.

        :param pattern: begins with a line feed, which makes the search fast
        :return: offset of that line, or None
        """
        while self._has(offset) or self._load(offset):
            if found := pattern.search(self._data, offset - self._start):
                return self._start + found.start()
            offset = self._start + len(self._data) - 1
        return None

    def _has(self, offset: int) -> bool:
        return self._start <= offset < self._start + len(self._data) - 1

    def _load(self, offset: int) -> bool:
        for start, block in blocks(self.stream, offset):
            self._start, self._data = start, b"\n" + block
            return True
        return False
