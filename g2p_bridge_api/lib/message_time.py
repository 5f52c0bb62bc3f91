# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a message says that it was written."""

import re
from datetime import datetime, timedelta, timezone

_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?(Z|z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
).fullmatch


def read_time(text: str) -> datetime | None:
    """:return: the moment that a text names, in UTC without saying so; None if it names none

    ISO 8601 with date and time to the second. Without an offset it is taken for UTC.
    """
    match = _TIME(text)
    if not match:
        return None
    day, time, fraction, offset = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{time}")
        moment += timedelta(microseconds=int((fraction or "0").ljust(6, "0")[:6]))
        return moment - _offset(offset)
    except (ValueError, OverflowError):
        return None


def utc_now() -> datetime:
    """:return: now, in UTC without saying so, to the microsecond"""
    return datetime.now(timezone.utc).replace(tzinfo=None)


def _offset(text):
    if not text or text in "Zz":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError("no offset")
    amount = timedelta(hours=hours, minutes=minutes)
    return amount if text[0] == "+" else -amount
