# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a statement is known by, and how its text is encoded: one pass over its own bytes.

The digest is that of the statement's content. What depends on the way in which the statement
came does not count: ends of lines, blanks at their end and blank lines, UTF-8 or Windows-1252,
and everything that lies around the statement in its file.

Encodings: UTF-8 comes first, because text of another one cannot be taken for it by accident.
Banks also write Windows-1252 (a superset of the printable part of Latin-1). Each statement of
a file is looked at by itself, so that it is read the same wherever it stands.
"""

import codecs
import hashlib
import re
from collections.abc import Callable
from typing import BinaryIO

from .text import FRAME, blocks, refuse_bytes

#: The characters of Windows-1252; a byte that is none of them stands for itself, so that every
#: text has a digest.
_CHARACTERS = "".join(
    bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256)
)
#: The end of a blank line, or of one that ends in blanks.
_NOT_PLAIN = re.compile(rb"\n(?<![^ \t\n]\n)")
_UNDEFINED = bytes(byte for byte in range(128, 160) if _CHARACTERS[byte] == chr(byte))


def content(stream: BinaryIO, start: int, end: int) -> tuple[str, str]:
    """Read what belongs to a statement.

    :param start, end: offsets of its first byte and after its last one
    :return: SHA-256 of the content, in hexadecimal digits; the encoding of the text, empty if
        it is neither UTF-8 nor Windows-1252
    :raises StatementFormatError: it holds a byte that is no text
    """
    try:
        return _digest(stream, start, end, _utf_8), "utf-8"
    except UnicodeDecodeError:
        digest = _digest(stream, start, end, _windows)
    undefined = any(
        len(block.translate(None, _UNDEFINED)) != len(block)
        for _offset, block in blocks(stream, start, end)
    )
    return digest, "" if undefined else "cp1252"


def _digest(stream: BinaryIO, start: int, end: int, as_utf_8: Callable[[bytes], bytes]) -> str:
    digest = hashlib.sha256()
    for offset, block in blocks(stream, start, end):
        if any(mark in block for mark in FRAME):
            refuse_bytes(stream, offset, block, FRAME)
        digest.update(as_utf_8(_plain_lines(block)))
    return digest.hexdigest()


def _plain_lines(block: bytes) -> bytes:
    """These lines with plain ends, without blanks at their end and without blank lines."""
    block = block.replace(b"\r", b"")
    if not block.endswith(b"\n"):
        block += b"\n"
    # Most blocks are plain already, and to look is faster than to take them apart.
    if _NOT_PLAIN.search(block):
        block = b"".join(line + b"\n" for line in map(bytes.rstrip, block.split(b"\n")) if line)
    return block


def _utf_8(block: bytes) -> bytes:
    if not block.isascii():
        block.decode()
    return block


def _windows(block: bytes) -> bytes:
    if block.isascii():
        return block
    return codecs.charmap_decode(block, "strict", _CHARACTERS)[0].encode()
