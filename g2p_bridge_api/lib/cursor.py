# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Opaque cursors: where a reader has come to, as a text that only we look into."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from struct import Struct, error

#: Version, and two numbers: which page it is of, and the place on it.
_FORM = Struct(">Bqq")
_VERSION = 1


def pack(page: int, place: int) -> str:
    """:return: the cursor for these two numbers"""
    return urlsafe_b64encode(_FORM.pack(_VERSION, page, place)).rstrip(b"=").decode()


def unpack(cursor) -> tuple[int, int]:
    """:raises ValueError: it is no cursor of ours"""
    if not isinstance(cursor, str) or not cursor.isascii() or len(cursor) > 64:
        raise ValueError("no cursor")
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        version, page, place = _FORM.unpack(raw)
    except (binascii.Error, error) as fault:
        raise ValueError("no cursor") from fault
    if version != _VERSION or page < 0 or place < 0 or pack(page, place) != cursor:
        raise ValueError("no cursor")
    return page, place
