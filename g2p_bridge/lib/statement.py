# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A bank statement in any format, as plain values.

A statement format turns the bytes of a file into these; matching knows nothing else. What a
line says is an :class:`Entry`. Amounts are :class:`decimal.Decimal` in major units.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo.addons.g2p_bridge_bank_connector.lib.entry import Entry

#: Why a statement waits for a person, before any of its lines is read: nobody knows whose
#: account it is of, as the wire has it; it has the number of another one and other content.
UNKNOWN_ACCOUNT = "INVALID_ACCOUNT_NUMBER"
CORRECTION = "CORRECTION"


class StatementFormatError(ValueError):
    """The file is not a statement of this format; the text says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a file says of one of its statements before any of its lines is read.

    A format's ``_scan`` gives these, or a subclass that also says where the statement lies.

    :param account_number: as the bank writes it
    :param reference: of the statement, not of a line
    :param opening_balance, closing_balance: signed (a debit balance is negative); None if
        the file gives none
    :param statement_date: of the closing balance
    :param digest: SHA-256 in hexadecimal digits of the statement's own content: the same for
        the same statement in another file, with other line ends or joined with others
    """

    account_number: str
    reference: str = ""
    statement_number: str = ""
    sequence_number: str = ""
    currency: str = ""
    statement_date: date | None = None
    opening_balance: Decimal | None = None
    closing_balance: Decimal | None = None
    digest: str = ""


@dataclass(slots=True)
class Statement:
    """One statement of one account, with its lines.

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
