"""The ``mt-940`` package, set up for this dialect, and its answers checked.

The package gets nothing but fields 61, or the two balances, of one statement: no narrative
ever reaches it, so text that looks like a field cannot mislead it, and its own reading of
:86: (which drops empty lines and cuts long ones) is not used.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import mt940

from odoo.addons.g2p_bridge.lib.statement import Entry

from . import fields


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
    (?P<amount>[\d,]{1,64})
    (?P<id>[A-Z][A-Z0-9 ]{3})?
    (?P<customer_reference>(?:(?!//)[^\n])*)
    (?://(?P<bank_reference>[^\n]*))?
    $"""


#: Processors are looked up by the tag's name. Only the day of February is wanted here; the
#: package's other ones for field 61 tidy up what we do not use.
_PROCESSORS = {"pre_statement_line": [mt940.processors.date_fixup_pre_processor]}
_TAGS = {61: StatementLine()}
_BALANCES = {
    "60F": "final_opening_balance",
    "60M": "intermediate_opening_balance",
    "62F": "final_closing_balance",
    "62M": "intermediate_closing_balance",
}


class Disagreement(ValueError):
    """The package cannot read a field, or reads it in another way than we do."""

    def __init__(self) -> None:
        super().__init__(
            "the mt-940 package reads this field in another way than the bridge does, or not "
            "at all. Nothing was taken over; ask the bank whether the field is right."
        )


class Balance(NamedTuple):
    """A balance as both readings agree on it; a debit balance is negative."""

    date: date
    currency: str
    amount: Decimal


def parse_lines(matches: Sequence[re.Match[str]]) -> list[dict[str, Any]]:
    """Let the package parse many fields 61 in one go.

    :param matches: of :data:`fields.LINE`
    :return: the package's own data of each, in order
    :raises Disagreement: the package cannot read them all
    """
    transactions = _parse("\n".join([":61:" + match[0].rstrip() for match in matches]))
    if len(transactions) != len(matches):
        raise Disagreement()
    return [transaction.data for transaction in transactions]


def agreed_entry(
    sequence: int, match: re.Match[str], data: dict[str, Any], narratives: list[str], raw: str
) -> Entry:
    """Make an entry of what our reading of a field 61 and the package's agree on.

    The year of the entry date is not compared: the package moves it only where the two
    dates are 330 days apart or more, and so misreads back-dated entries of January.

    :raises ValueError: the field holds an impossible date or amount
    :raises Disagreement: the two readings differ
    """
    value, entry, mark, _funds, amount_text, _type, references = match.groups()
    value_date, entry_date = fields.dates(value, entry)
    amount = fields.amount(amount_text)
    customer, bank = fields.split_references(references)
    if (
        data["amount"].amount.copy_abs() != amount
        or data["status"] != mark
        or data["date"] != value_date
        or data["customer_reference"].strip() != customer
        or (data["bank_reference"] or "").strip() != bank
        or not _same_day(data["entry_date"] if entry_date else None, entry_date)
    ):
        raise Disagreement()
    return Entry(sequence, value_date, entry_date, mark, amount, customer, bank, narratives, raw)


def agreed_balance(tag: str, text: str) -> Balance:
    """Read a balance twice, by us and by the package.

    :param tag: 60F, 60M, 62F or 62M
    :param text: what :data:`fields.BALANCE` matches
    :raises ValueError: the balance holds an impossible date or amount
    :raises Disagreement: the two readings differ
    """
    mark, day, currency, amount_text = fields.BALANCE.fullmatch(text).groups()
    amount = fields.amount(amount_text)
    ours = Balance(fields.dates(day, None)[0], currency, -amount if mark == "D" else amount)
    theirs = _parse(f":{tag}:{text}").data[_BALANCES[tag]]
    if ours != (theirs.date, theirs.amount.currency, theirs.amount.amount):
        raise Disagreement()
    return ours


def _parse(text: str) -> mt940.models.Transactions:
    transactions = mt940.models.Transactions(_PROCESSORS, _TAGS)
    try:
        transactions.parse(text)
    except Exception as error:  # whatever the package raises: it could not read the text
        raise Disagreement() from error
    return transactions


def _same_day(one: date | None, other: date | None) -> bool:
    return one is other or (one.month == other.month and one.day == other.day)
