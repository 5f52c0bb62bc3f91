"""The kinds of values that messages are made of.

What is wrong with a value's *type* makes a message malformed; what is wrong with the value
itself is for the operation to say, with a code of its own.
"""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

#: Digits of a whole number; one of more digits counts nothing that exists.
_MOST_DIGITS = 40
_DIGITS = re.compile("[0-9]{1,18}").fullmatch


def _whole(value):
    """Whole numbers that JSON can write in more than one way: 5, 5.0, 5e0, "5"."""
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < _MOST_DIGITS:
        return int(value) if value == value.to_integral_value() else value
    if isinstance(value, str) and _DIGITS(value):
        return int(value)
    return value


def _amount(value):
    if value is None or isinstance(value, str | Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("has to be a number")


def _key(value):
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("has to be a text")


Text = Annotated[str, Field(strict=True)]
OptionalText = Annotated[str | None, Field(strict=True)]
Flag = Annotated[bool | None, Field(strict=True)]

WholeNumber = Annotated[
    int,
    Field(strict=True),
    BeforeValidator(_whole),
    WithJsonSchema(
        {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]{1,18}$"}]}
    ),
]
OptionalWholeNumber = WholeNumber | None

#: Exact, as the sender wrote it: digits beyond those of the currency are an error later.
Amount = Annotated[
    Any,
    PlainValidator(_amount),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]}),
]
#: The sender's own key of a row, text or number.
SenderKey = Annotated[
    Any,
    PlainValidator(_key),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}),
]

#: In replies.
ExactNumber = Annotated[Decimal, WithJsonSchema({"type": "number"})]
