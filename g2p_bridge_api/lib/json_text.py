# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""JSON in and out with exact numbers, sparing with memory.

Decimals stay decimals in both directions: an amount never passes through a float.
"""

import simplejson

_ENCODER = simplejson.JSONEncoder(
    use_decimal=True, allow_nan=False, separators=(",", ":"), namedtuple_as_object=False
)
#: Characters of a name that an error quotes.
_MOST_SHOWN = 60
#: Rows that become text at once: all at once would hold every little piece of them.
_ROWS = 200


class NotJson(ValueError):
    """The text is not JSON that can be worked with; says why in a few words."""


class _Twice(Exception):
    """A name occurs twice; the text is the name."""


def parse(body: bytes):
    """:return: the value that a JSON text stands for, its numbers exact
    :raises NotJson: not UTF-8, not JSON, NaN or Infinity, nested too deeply, an endless number,
        a name twice in one object: two readers could see two messages in that
    """
    try:
        return simplejson.loads(body, use_decimal=True, object_pairs_hook=_once_each)
    except _Twice as error:
        raise NotJson(f"The name {error} stands twice in one object. Send it once.") from None
    except UnicodeDecodeError:
        raise NotJson("The body is not UTF-8.") from None
    except RecursionError:
        raise NotJson("The body is nested too deeply.") from None
    except simplejson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotJson(f"The body is not JSON: {error.msg} at {where}.") from None
    except (ValueError, ArithmeticError):
        raise NotJson("The body holds a number that is too long.") from None


def _once_each(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Twice(repr(twice[:_MOST_SHOWN]))
    return members


def encode(value) -> bytes:
    """:return: a value as JSON; decimals as exact numbers"""
    return _ENCODER.encode(value).encode()


def encode_rows(rows: list, out: bytearray):
    """Append a list as JSON, and empty it on the way: a row goes as soon as its text is there."""
    out += b"["
    for start in range(0, len(rows), _ROWS):
        if start:
            out += b","
        piece = rows[start : start + _ROWS]
        rows[start : start + _ROWS] = [None] * len(piece)
        out += _ENCODER.encode(piece)[1:-1].encode()
    out += b"]"
