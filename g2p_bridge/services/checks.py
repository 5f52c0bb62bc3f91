# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every operation asks of single values, whoever sends them."""

import re
import reprlib
from datetime import date, datetime
from decimal import Decimal

#: Characters of any text that is taken from outside.
MAX_TEXT = 255
_MAX_SHOWN = 60
_DATE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:00)?)?"
).fullmatch
# The database keeps neither: NUL ends a C string, half a surrogate pair is no character.
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]").search
# The first character that a reader would see. The others are blanks, controls, marks of order
# (U+FEFF), joiners, fillers and selectors: a name of these alone looks like none.
_VISIBLE = re.compile(
    r"[^\s\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
).search
_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = _MAX_SHOWN


def is_storable(value) -> bool:
    """Whether a value is a text of at most 255 characters that the database can keep."""
    return isinstance(value, str) and len(value) <= MAX_TEXT and not _NOT_STORABLE(value)


def is_text(value) -> bool:
    """Whether a value is such a text and says something: nobody would take it for empty."""
    # Asked several times of each of a million rows: as few calls as can be.
    return (
        isinstance(value, str)
        and len(value) <= MAX_TEXT
        and (value.isprintable() or not _NOT_STORABLE(value))
        and _VISIBLE(value) is not None
    )


def are_texts(values) -> bool:
    """Whether :func:`is_text` surely holds for all of these values.

    A few calls for all of them. False also where it takes a look at each, as with a line break.
    """
    if set(map(type, values)) != {str} or max(map(len, values)) > MAX_TEXT:
        return False
    joined = "".join(values)
    # Of printable ASCII nothing but the blank is invisible, and that is sooner seen so.
    says = str.strip if joined.isascii() else _VISIBLE
    return joined.isprintable() and all(map(says, values))


def is_number(value) -> bool:
    """Whether a value may stand for an amount: the money module judges the rest."""
    return isinstance(value, int | float | str | Decimal)


def as_date(value):
    """The day that a value names, None if it names none.

    :param value: date, datetime, or text: YYYY-MM-DD, also followed by midnight
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    match = _DATE(value) if isinstance(value, str) else None
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def shown(value) -> str:
    """A value for an error text: never longer than a line, whatever it is."""
    try:
        text = str(value) if isinstance(value, Decimal) else _repr.repr(value)
    except (ValueError, RecursionError):
        text = type(value).__name__  # an integer of thousands of digits has no text
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 3] + "..."
