"""JSON in and out with exact numbers, sparing with memory.

Decimals stay decimals in both directions: an amount never passes through a float.
"""

import simplejson

_ENCODER = simplejson.JSONEncoder(
    use_decimal=True, allow_nan=False, separators=(",", ":"), namedtuple_as_object=False
)
#: Rows that become text at once: all at once would hold every little piece of them.
_ROWS = 200


class NotJson(ValueError):
    """The text is not JSON that can be worked with; says why in a few words."""


def parse(body: bytes):
    """:return: the value that a JSON text stands for, its numbers exact
    :raises NotJson: not UTF-8, not JSON, NaN or Infinity, nested too deeply, an endless number
    """
    try:
        return simplejson.loads(body, use_decimal=True)
    except UnicodeDecodeError:
        raise NotJson("The body is not UTF-8.") from None
    except RecursionError:
        raise NotJson("The body is nested too deeply.") from None
    except simplejson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotJson(f"The body is not JSON: {error.msg} at {where}.") from None
    except (ValueError, ArithmeticError):
        raise NotJson("The body holds a number that is too long.") from None


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
