# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The ``mt-940`` package, set up for this dialect, and its answers checked.

The package gets nothing but single fields 61 and the two balances: no narrative ever reaches
it, so text that looks like a field cannot mislead it, and its own reading of :86: (which drops
empty lines and cuts long ones) is not used.
"""

import re
from datetime import date
from typing import Any

import mt940

from odoo.addons.g2p_bridge.lib.statement import Entry

from . import fields


class Disagreement(ValueError):
    """The package cannot read a field, or reads it in another way than we do."""

    def __init__(self) -> None:
        super().__init__(
            "the mt-940 package reads this field in another way than the bridge does, or not "
            "at all. Nothing was taken over; ask the bank whether the field is right."
        )


class StatementLine(mt940.tags.Statement):
    """Field 61 with amounts and references of any length.

    The package's own field takes 15 characters of an amount, 16 of a customer reference and
    23 of a bank reference, and files the rest elsewhere.
    """

    pattern = r"""^
    (?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})
    (?P<entry_month>\d{2}|\s{2})?(?P<entry_day>\d{2}|\s{2})?
    (?P<status>R?[DC])
    (?P<funds_code>[A-Z])?
    (?P<amount>[\d,]{1,64})[ ]*
    (?P<id>[A-Z][A-Z0-9 ]{3})?
    (?P<customer_reference>(?:(?!//)[^\n])*)
    (?://(?P<bank_reference>[^\n]*))?
    $"""

    def parse(self, transactions: mt940.models.Transactions, value: str) -> dict[str, str | None]:
        """What the package does, without a word in the log for each of a million lines."""
        match = self.re.match(value)
        if match is None:
            raise Disagreement()
        return match.groupdict()


class Nothing(mt940.models.Transactions):
    """What a field 61 has to know of the statement that it is in: nothing.

    The package would look for the currency anew for every line; balances carry it.
    """

    currency = None


_LINE = StatementLine()
_NOTHING = Nothing()
_BALANCES = {
    "60F": "final_opening_balance",
    "60M": "intermediate_opening_balance",
    "62F": "final_closing_balance",
    "62M": "intermediate_closing_balance",
}


def agreed_entry(sequence: int, match: re.Match[str], narratives: list[str], raw: str) -> Entry:
    """Make an entry of what our reading of a field 61 and the package's agree on.

    :param match: of :data:`fields.LINE`

    The year of the entry date is not compared: the package moves it only where the two
    dates are 330 days apart or more, and so misreads back-dated entries of January.

    :raises ValueError: the field holds an impossible date or amount
    :raises Disagreement: the two readings differ
    """
    value, entry, mark, _funds, amount_text, kind, references = match.groups()
    value_date, entry_date = fields.dates(value, entry)
    amount = fields.amount(amount_text)
    customer, bank = fields.split_references(references)
    data = _parse_line(match[0].rstrip())
    if (
        data["amount"].amount.copy_abs() != amount
        or data["status"] != mark
        or data["date"] != value_date
        or data["customer_reference"].strip() != customer
        or (data["bank_reference"] or "").strip() != bank
        or not _same_day(data["entry_date"] if entry_date else None, entry_date)
    ):
        raise Disagreement()
    return Entry(
        sequence, value_date, entry_date, mark, amount, customer, bank, narratives, raw, kind or ""
    )


def agreed_balance(tag: str, text: str) -> fields.Balance:
    """Read a balance twice, by us and by the package, and give what both agree on.

    :param tag: 60F, 60M, 62F or 62M
    :param text: what :data:`fields.BALANCE` matches
    :raises ValueError: the balance holds an impossible date or amount
    :raises Disagreement: the two readings differ
    """
    ours = fields.balance(text)
    theirs = _parse(f":{tag}:{text}").data[_BALANCES[tag]]
    if ours != (theirs.date, theirs.amount.currency, theirs.amount.amount):
        raise Disagreement()
    return ours


def _parse_line(text: str) -> dict[str, Any]:
    """The package's data of one field 61."""
    try:
        found = _LINE.parse(_NOTHING, text)
        return _LINE(_NOTHING, mt940.processors.date_fixup_pre_processor(_NOTHING, _LINE, found))
    except Exception as error:  # whatever the package raises: it could not read the text
        raise Disagreement() from error


def _parse(text: str) -> mt940.models.Transactions:
    transactions = mt940.models.Transactions()
    try:
        transactions.parse(text)
    except Exception as error:  # whatever the package raises: it could not read the text
        raise Disagreement() from error
    return transactions


def _same_day(one: date | None, other: date | None) -> bool:
    return one is other or (one.month == other.month and one.day == other.day)
