# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amounts, counts and shares as people read them, in the user's language."""

from decimal import Decimal

from odoo.tools.misc import get_lang


def exact_amount(env, amount, currency):
    """An amount with all of its digits, as the user's language writes it, and the currency.

    :param amount: Decimal; a float would have lost digits before it came here
    """
    lang = env["res.lang"].browse(get_lang(env).id)
    text = f"{abs(Decimal(amount)):.{currency.decimal_places}f}"
    whole, point, decimals = text.partition(".")
    shown = lang.format("%d", int(whole), grouping=True)
    if point:
        shown += lang.decimal_point + decimals
    sign = "-" if amount < 0 else ""
    # Never broken between the number and its currency.
    return f"{sign}{shown}\N{NO-BREAK SPACE}{currency.name}"


def count(env, number):
    """A whole number as the user's language writes it."""
    lang = env["res.lang"].browse(get_lang(env).id)
    return lang.format("%d", number, grouping=True)


def percentage(env, part, whole):
    """The share of ``part`` in ``whole``, cut and not rounded: 100 % means all of it."""
    if not whole:
        return ""
    tenths = int(Decimal(part) * 1000 / Decimal(whole))
    lang = env["res.lang"].browse(get_lang(env).id)
    shown = f"{tenths // 10}{lang.decimal_point}{tenths % 10}"
    return f"{shown}\N{NO-BREAK SPACE}%"


def money_words(currency, amount):
    """An amount as sentences name it, with the symbol of its currency.

    :param amount: Decimal, of at most 15 digits
    """
    lang = currency.env["res.lang"].browse(get_lang(currency.env).id)
    digits = lang.format(f"%.{currency.decimal_places}f", float(amount), grouping=True)
    parts = [currency.symbol or currency.name, digits.replace(" ", "\N{NO-BREAK SPACE}")]
    if currency.position != "before":
        parts.reverse()
    return "\N{NO-BREAK SPACE}".join(parts)
