# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Cutting a long statement into parts that can be read side by side.

A cut lies before a ``:61:`` whose content is that of a field 61. For :func:`read` such a line
begins an entry whatever comes before it, so the parts hold the very entries that the whole
statement holds; a narrative's line that only looks like a field is never cut off.
"""

from math import ceil
from typing import BinaryIO

from . import fields
from .scan import Slice
from .text import BLOCK, ENTRY, Lines


def cut(stream: BinaryIO, where: Slice, size: int) -> list[tuple[int, int]]:
    """Find where a statement that :func:`scan` has found can be cut.

    :param size: bytes that a part should have at most; parts are of about the same size
    :return: byte offsets of each part's begin and end, one part or more
    """
    length = where.closing_start - where.entries_start
    count = max(1, ceil(length / size))
    lines = Lines(stream)
    begins = [where.entries_start]
    for number in range(1, count):
        target = where.entries_start + length * number // count
        begin = _next_entry(stream, lines, where, max(target, begins[-1] + 1))
        if begin is None:
            break
        if begin > begins[-1]:
            begins.append(begin)
    return list(zip(begins, [*begins[1:], where.closing_start], strict=True))


def _next_entry(stream: BinaryIO, lines: Lines, where: Slice, target: int) -> int | None:
    """Offset of the first entry of a statement at or after an offset."""
    # The line in whose middle the target lies is not looked at.
    stream.seek(target - 1)
    offset = target - 1 + len(stream.readline(BLOCK))
    while (found := lines.search(ENTRY, offset)) is not None and found < where.closing_start:
        line, offset = lines.at(found)
        if fields.LINE.match(line[len(b":61:") :].decode("latin-1")):
            return found
    return None
