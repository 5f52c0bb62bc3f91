# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amounts of money as they come from outside, turned into exact decimals.

Numbers reach the bridge as text (files, JSON strings), integers, decimals (JSON read
exactly) and floats (spreadsheets, remote calls). All become a :class:`~decimal.Decimal`
with exactly the currency's number of decimals, or an error; nothing is ever rounded.
The sign is the caller's affair: a negative amount and zero are read like any other.
"""

import re
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow

#: Integer digits of one payment: MT940 readers corrupt lines with more than these.
MAX_INTEGER_DIGITS = 12
#: Significant digits of a control total: what every reader of JSON still takes exactly.
MAX_TOTAL_DIGITS = 15

#: Characters of text that are looked at: beyond any amount, padded with zeros or not.
_MAX_LENGTH = 40
_DIGITS = frozenset("0123456789.")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)").fullmatch
_TRAPS = [Inexact, InvalidOperation, Overflow]
_UNITS = [Decimal(1).scaleb(-decimals) for decimals in range(7)]
#: Arithmetic that refuses, instead of rounding, whatever does not fit.
_AMOUNTS = [Context(prec=MAX_INTEGER_DIGITS + decimals, traps=_TRAPS) for decimals in range(7)]
_TOTALS = [Context(prec=MAX_TOTAL_DIGITS, traps=_TRAPS) for _decimals in range(7)]
_INTEGER_LIMIT = 10**MAX_TOTAL_DIGITS


class AmountError(ValueError):
    """The value is not an amount in this currency; the text says why and what is wanted."""


def parse_amount(value, decimals: int) -> Decimal:
    """Read the amount of one payment.

    :param value: int, text (ASCII digits, optionally signed, a point before decimals),
        Decimal, or float (taken as the shortest text that stands for it)
    :param decimals: of the currency, 0 to 6
    :return: the exact amount in major units, with that many decimals
    :raises AmountError: not a number, more decimals than the currency has (trailing
        zeros do not count), or more than 12 integer digits
    """
    return _parse(value, decimals, _AMOUNTS[decimals])


def parse_amounts(values, decimals: int) -> list[Decimal]:
    """:func:`parse_amount` of each of many values.

    :raises AmountError: one of them is no amount
    """
    kinds = set(map(type, values))
    if kinds <= {int, Decimal} or (
        kinds == {str}
        and max(map(len, values)) <= _MAX_LENGTH
        and _DIGITS.issuperset("".join(values))
    ):
        unit, context = _UNITS[decimals], _AMOUNTS[decimals]
        try:
            numbers = [number.quantize(unit, None, context) for number in map(Decimal, values)]
        except (Inexact, InvalidOperation):
            pass  # which one it is, and why, is said below
        else:
            if all(map(Decimal.is_finite, numbers)):
                return numbers
    return [parse_amount(value, decimals) for value in values]


def parse_total(value, decimals: int) -> Decimal:
    """Read a control total: as :func:`parse_amount`, but up to 15 digits in all."""
    return _parse(value, decimals, _TOTALS[decimals])


def _parse(value, decimals, context):
    # Runs once for each of a million rows: exact types first, positional arguments.
    kind = type(value)
    try:
        if kind is str:
            # Mostly digits and a point; the pattern, which is slower, knows the rest.
            plain = value.isascii() and value.replace(".", "", 1).isdigit()
            if len(value) > _MAX_LENGTH or not (plain or _PLAIN(value)):
                raise AmountError(_why_not_plain(value))
            number = Decimal(value)
        elif kind is int and -_INTEGER_LIMIT < value < _INTEGER_LIMIT:
            number = Decimal(value)
        elif kind is Decimal:
            number = value
        elif kind is float:
            number = Decimal(repr(value))
        else:
            number = _unusual(value)
        number = number.quantize(_UNITS[decimals], None, context)
        if number.is_finite():
            return number
    except (Inexact, InvalidOperation):
        pass
    raise AmountError(_why_not(value, decimals, context))


def _unusual(value) -> Decimal:
    """Integers, and subclasses of what :func:`_parse` takes at once."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise AmountError(f"an amount must be a number, not {_shown(value)}")
    if isinstance(value, int):
        if not -_INTEGER_LIMIT < value < _INTEGER_LIMIT:
            raise InvalidOperation
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(float(value)))
    if isinstance(value, Decimal):
        return Decimal(value)
    if len(value) > _MAX_LENGTH or not _PLAIN(value):
        raise AmountError(_why_not_plain(value))
    return Decimal(str(value))


def _why_not_plain(text):
    if not text.strip():
        return f"an amount must be a number, not {_shown(text)}"
    return (
        f"{_shown(text)} is not an amount: write digits with a point before the decimals, "
        "without exponent, spaces or thousands separators"
    )


def _why_not(value, decimals, context):
    number = None if isinstance(value, int) else Decimal(str(value))
    if number is not None and not number.is_finite():
        return f"an amount must be a number, not {_shown(value)}"
    if number is None or number.adjusted() + decimals >= context.prec:
        digits = context.prec - decimals
        return f"{_shown(value)} is too large: at most {digits} digits before the point"
    if not decimals:
        return f"{_shown(value)} has decimals, but the currency has none"
    return f"{_shown(value)} has more than the {decimals} decimals of the currency"


def _shown(value):
    """The value as an error may quote it."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**_MAX_LENGTH:
        return "the number"
    text = repr(value) if not isinstance(value, int | float | Decimal) else str(value)
    return text if len(text) <= _MAX_LENGTH + 2 else text[:_MAX_LENGTH] + "…"
