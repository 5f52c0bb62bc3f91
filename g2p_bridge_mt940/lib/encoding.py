# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which encodings text of a bank may be in."""

from functools import lru_cache

#: What lines and fields are found by.
_MARKS = b"\n:-"


@lru_cache(maxsize=64)
def is_line_safe(encoding: str) -> bool:
    """Whether lines and fields of a text can be found among its bytes.

    That is so where ASCII stands for itself and no letter of several bytes ends in a line
    feed, a colon or a hyphen.

    :param encoding: any text; it may be the name of nothing
    """
    plain = bytes(range(128))
    try:
        return plain.decode(encoding) == plain.decode("ascii") and all(
            bytes([lead, mark]).decode(encoding, "ignore").endswith(chr(mark))
            for lead in range(128, 256)
            for mark in _MARKS
        )
    except (LookupError, ValueError):  # no encoding, or not one of text
        return False
