# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The kinds of values that messages are made of.

What is wrong with a value's *type* makes a message malformed; what is wrong with the value
itself is for the operation to say, with a code of its own.
"""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema

#: Characters of the names that a sender gives to itself and to its message.
MOST_CHARACTERS = 255
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


def is_name(value):
    """Whether a text can be kept by the database: not too long, no NUL, no half characters."""
    broken = any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value)
    return len(value) <= MOST_CHARACTERS and not broken


def _name(value):
    if not is_name(value):
        raise ValueError(f"has to be a text of at most {MOST_CHARACTERS} characters without NUL")
    return value


Text = Annotated[str, Field(strict=True)]
OptionalText = Annotated[str | None, Field(strict=True)]
Flag = Annotated[bool | None, Field(strict=True)]

#: A text in a header, which is kept with the call.
Name = Annotated[
    str,
    Field(strict=True),
    AfterValidator(_name),
    WithJsonSchema({"type": "string", "maxLength": MOST_CHARACTERS, "pattern": r"^[^\u0000]*$"}),
]

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
