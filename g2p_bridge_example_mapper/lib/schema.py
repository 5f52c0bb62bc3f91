# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a SPAR 1.1.0 mapper accepts: the shape of requests, checked as that mapper does.

Fields, their order and the words of each complaint follow the published OpenAPI document
and recorded answers, so that a client meets the same refusals here as there.
"""

import re
from collections.abc import Callable

REQUIRED = "Field required"
NOT_OBJECT = "Input should be a valid dictionary or object to extract fields from"
_WHOLE = re.compile(r"\s*[+-]?[0-9]+(\.0+)?\s*").fullmatch
_TRUTH = {"true", "false", "1", "0", "t", "f", "y", "n", "yes", "no", "on", "off"}

#: (field, check, whether it must be there)
Fields = list[tuple[str, Callable, bool]]


def text(value) -> str | None:
    """:return: the complaint, None if there is none (so do all checks)"""
    return None if isinstance(value, str) else "Input should be a valid string"


def whole(value) -> str | None:
    if isinstance(value, int):
        return None
    if isinstance(value, float):
        if value.is_integer():
            return (
                None
                if abs(value) < 2**63
                else "Unable to parse input string as an integer, exceeded maximum size"
            )
        return "Input should be a valid integer, got a number with a fractional part"
    if isinstance(value, str):
        if _WHOLE(value):
            return None
        return "Input should be a valid integer, unable to parse string as an integer"
    return "Input should be a valid integer"


def truth(value) -> str | None:
    if isinstance(value, bool) or value in (0, 1):
        return None
    if isinstance(value, str) and value.lower() in _TRUTH:
        return None
    if isinstance(value, str | int | float):
        return "Input should be a valid boolean, unable to interpret input"
    return "Input should be a valid boolean"


def many(value) -> str | None:
    return None if isinstance(value, list) else "Input should be a valid list"


def scope(value) -> str | None:
    if value in ("yes_no", "details"):
        return None
    return "Input should be 'yes_no' or 'details'"


def anything(value) -> str | None:
    return None


def maybe(check: Callable) -> Callable:
    """The check, or null."""
    return lambda value: None if value is None else check(value)


HEADER: Fields = [
    ("version", maybe(text), False),
    ("message_id", text, True),
    ("message_ts", text, True),
    ("action", text, True),
    ("sender_id", text, True),
    ("sender_uri", maybe(text), False),
    ("receiver_id", maybe(text), False),
    ("total_count", whole, True),
    ("is_msg_encrypted", maybe(truth), False),
    ("meta", anything, False),
]
_LINK: Fields = [
    ("reference_id", text, True),
    ("timestamp", text, True),
    ("id", text, True),
    ("fa", text, True),
    ("name", maybe(text), False),
    ("phone_number", maybe(text), False),
    ("additional_info", maybe(many), False),
    ("locale", maybe(text), False),
]
ITEMS: dict[str, Fields] = {
    "resolve": [
        ("reference_id", text, True),
        ("timestamp", text, True),
        ("fa", maybe(text), False),
        ("id", maybe(text), False),
        ("name", maybe(text), False),
        ("scope", maybe(scope), False),
        ("additional_info", maybe(many), False),
        ("locale", maybe(text), False),
    ],
    "link": _LINK,
    "update": _LINK,
    "unlink": [
        (name, maybe(check) if name == "fa" else check, needed and name != "fa")
        for name, check, needed in _LINK
    ],
}


def complaints(body, action: str) -> list[str]:
    """All that is wrong with the shape of a request, in the mapper's order.

    :param action: a key of :data:`ITEMS`
    """
    if not isinstance(body, dict):
        return [NOT_OBJECT]
    found = members(body, "header", lambda header: check(header, HEADER))
    return found + members(body, "message", lambda message: check_message(message, action))


def check_message(message, action):
    """What is wrong with the member that holds transaction_id and items."""
    if not isinstance(message, dict):
        return [NOT_OBJECT]
    found = check(message, [("transaction_id", text, True)])
    return found + members(message, f"{action}_request", lambda items: _check_items(items, action))


def _check_items(items, action):
    wrong = many(items)
    if wrong:
        return [wrong]
    return [complaint for item in items for complaint in check(item, ITEMS[action])]


def members(holder, name, look):
    """What is wrong with a member that must be there."""
    return look(holder[name]) if name in holder else [REQUIRED]


def check(value, fields):
    """What is wrong with an object that has these fields."""
    if not isinstance(value, dict):
        return [NOT_OBJECT]
    found = []
    for name, look, needed in fields:
        if name in value:
            complaint = look(value[name])
            found += [complaint] if complaint else []
        elif needed:
            found.append(REQUIRED)
    return found
