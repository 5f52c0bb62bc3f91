# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Strict readings of single MT940 fields, our own and independent of any package.

Source: SWIFT MT940 customer statement, fields 25, 28C, 60a, 61 and 62a, in the dialect
that banks write: references may be longer than 16 characters, the account number may be
any text. What money depends on is exact: marks are upper case, the decimal comma is
mandatory, and no digit is dropped.
"""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

#: Significant digits that every amount of the bridge can carry without rounding.
MAX_DIGITS = 15

#: Field 61: value date, entry date, mark, funds code, amount, type, references. The line
#: is taken to its end; supplementary details are on the next one. Some banks write a blank
#: behind the amount; others leave out the type and the customer's reference, which is taken
#: only behind two decimals: digits of a reference would be more.
LINE = re.compile(
    r"([0-9]{6})([0-9]{4}|[ ]{4})?(R?[CD])([A-Z])?([0-9]+,[0-9]*|,[0-9]+)"
    r"(?:[ ]*([A-Z][A-Z0-9 ]{3})|(?<=,[0-9][0-9])[ ]*(?=//|\n|\Z))([^\n]*)"
)
#: What is meant as a field 61 even if it is not a right one: it begins with a date, or with
#: digits, a mark and an amount.
MEANT_AS_LINE = re.compile(
    r"[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])|[0-9 ./-]{4,12}[A-Za-z]{1,3}[0-9.,]"
)

#: Fields 60F, 60M, 62F, 62M: mark, date, currency, amount.
BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]+,[0-9]*|,[0-9]+)[ \t]*")
#: What is meant as a balance even if it is not a right one: a date and a currency before
#: digits, or a mark, a date and digits.
MEANT_AS_BALANCE = re.compile(r"[A-Za-z]{0,2}[0-9]{6}[A-Za-z]{3}[ ]?[0-9.,]|[CD][0-9]{6}[0-9]*[.,]")

#: Field 28 or 28C: statement number, sequence number. A bank that does not number its
#: statements may leave the number out.
NUMBER = re.compile(r"(?=[0-9/])([0-9]{0,10})(?:/([0-9]{1,10}))?[ \t]*")


class Balance(NamedTuple):
    """A balance in major units; a debit balance is negative.

    Where there is no such day, or no such amount, it is None.
    """

    date: date | None
    currency: str
    amount: Decimal | None


def balance(text: str) -> Balance:
    """What a field 60F, 60M, 62F or 62M says.

    :param text: what :data:`BALANCE` matches
    :raises ValueError: an impossible day, or more digits than can be kept exactly
    """
    mark, day, currency, amount_text = BALANCE.fullmatch(text).groups()
    found = amount(amount_text)
    return Balance(dates(day, None)[0], currency, -found if mark == "D" else found)


def split_references(text: str) -> tuple[str, str]:
    """The customer's and the bank's reference: everything before and after the first ``//``."""
    customer, _separator, bank = text.partition("//")
    return customer.strip(), bank.strip()


def amount(text: str) -> Decimal:
    """An amount with a decimal comma, exactly.

    :raises ValueError: more significant digits than can be kept exactly
    """
    if len(text) > MAX_DIGITS and len(text.replace(",", "").lstrip("0")) > MAX_DIGITS:
        raise ValueError(
            f"the amount {text} has more than {MAX_DIGITS} significant digits, "
            "which cannot be kept exactly."
        )
    return Decimal(text.replace(",", "."))


@lru_cache(maxsize=1024)
def dates(value: str, entry: str | None) -> tuple[date, date | None]:
    """Value date and entry date of a field 61.

    Some banks count 30 days to every month, so 29 and 30 February are read as its last
    day. The entry date has no year: it is the one nearest to the value date, so that a
    value date of 31 December and an entry date of 2 January lie two days apart.

    :param value: YYMMDD
    :param entry: MMDD, blank or None if there is none
    :raises ValueError: there is no such day
    """
    year, month, day = 2000 + int(value[:2]), int(value[2:4]), int(value[4:])
    if month == 2 and day in (29, 30):
        day = 29 if _is_day(year, 2, 29) else 28
    if not _is_day(year, month, day):
        raise ValueError(f"there is no day {value} (YYMMDD).")
    value_date = date(year, month, day)
    if not entry or entry.isspace():
        return value_date, None
    month, day = int(entry[:2]), int(entry[2:])
    candidates = [
        date(at, month, day) for at in (year - 1, year, year + 1) if _is_day(at, month, day)
    ]
    if not candidates:
        raise ValueError(f"there is no day {entry} (MMDD) near the value date {value}.")
    return value_date, min(candidates, key=lambda at: abs(at - value_date))


def why_not_line(text: str) -> str:
    """Say what is wrong with a field 61 that :data:`LINE` does not match."""
    rest = re.sub(r"^[0-9]{6}(?:[0-9]{4}|[ ]{4})?", "", text, count=1)
    if len(text) - len(rest) < 6:
        return "field :61: must begin with a date (YYMMDD)."
    if not (mark := re.match(r"R?[CD][A-Z]?", rest)):
        return f"field :61: has {rest[:2]!r} where the mark C, D, RC or RD is expected."
    rest = rest[mark.end() :]
    if not re.match(r"[0-9]+,[0-9]*|,[0-9]+", rest):
        return (
            f"field :61: has {rest[:20]!r} where an amount is expected. "
            "An amount is digits with a decimal comma and nothing else, such as 1234,50."
        )
    return "field :61: has no transaction type (such as NTRF) after the amount."


def why_not_balance(tag: str, text: str) -> str:
    """Say what is wrong with a balance that :data:`BALANCE` does not match."""
    return (
        f"the balance {tag}{text[:40]} is not a mark (C or D), a date (YYMMDD), a currency and "
        "an amount with a decimal comma, such as C260131EUR1234,50."
    )


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
