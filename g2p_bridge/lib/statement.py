"""A bank statement in any format, as plain values.

A statement format turns the bytes of a file into these; reconciliation knows nothing else.
Amounts are :class:`decimal.Decimal` in major units.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


class StatementFormatError(ValueError):
    """The file is not a statement of this format; the text says where and why."""


@dataclass(slots=True)
class Entry:
    """One line of a statement.

    :param sequence: position in the statement, from 1
    :param mark: ``C``, ``D``, ``RC`` (reversal of credit) or ``RD`` (reversal of debit)
    :param amount: always positive; the mark gives the direction
    :param narratives: lines of free text, positions kept, empty lines included
    :param raw: the text of the line as received
    """

    sequence: int
    value_date: date
    entry_date: date | None
    mark: str
    amount: Decimal
    customer_reference: str = ""
    bank_reference: str = ""
    narratives: list[str] = field(default_factory=list)
    raw: str = ""

    @property
    def signed_amount(self) -> Decimal:
        """What the line adds to the book balance: credits and reversed debits are positive."""
        return self.amount if self.mark in ("C", "RD") else -self.amount


@dataclass(slots=True)
class Statement:
    """One statement of one account.

    :param opening_balance, closing_balance: signed (a debit balance is negative); None if
        the file gives none
    :param entries: may be lazy and is read once, so that a large file is never held whole
    """

    account_number: str
    reference_number: str = ""
    statement_number: str = ""
    sequence_number: str = ""
    currency: str = ""
    statement_date: date | None = None
    opening_balance: Decimal | None = None
    closing_balance: Decimal | None = None
    entries: Iterable[Entry] = ()
