# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One line of a bank statement, as a statement format hands it over and a connector reads it.

Source: what MT940 (fields 61 and 86) and ISO 20022 camt (Ntry, NtryDtls) have in common. A
format fills in what its file says in a place of its own; free text stays free text.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

#: Marks of money that leaves the account: a debit, and a credit that is taken back.
OUT = ("D", "RC")
#: Marks of money that comes: a credit (a returned transfer, for one), and a debit undone.
BACK = ("C", "RD")


@dataclass(slots=True)
class Entry:
    """One line of a statement.

    :param sequence: position in the statement, from 1
    :param mark: ``C``, ``D``, ``RC`` (reversal of credit) or ``RD`` (reversal of debit)
    :param amount: always positive, in major units; the mark gives the direction
    :param customer_reference: what we sent with the payment, as the bank repeats it
    :param bank_reference: the account servicer's own name for the booking
    :param narratives: lines of free text, positions kept, empty lines included
    :param raw: the text of the line as received
    :param transaction_type: the bank's code of the kind of booking, for example NTRF
    :param supplementary_details: text that belongs to the line itself (subfield 9 of
        MT940 field 61), its lines joined by line feeds
    :param end_to_end_id: the payment's reference from end to end
    :param instruction_id: the payment's reference between us and the bank
    :param batch_reference: reference of the batch of payments that the line books as one
    :param batch_count: how many payments the line books as one, None if it does not say
    :param reason_code: why a payment came back, as a code of the bank or of ISO 20022
    :param counterparty_name, counterparty_account: who was paid, or paid
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
    transaction_type: str = ""
    supplementary_details: str = ""
    end_to_end_id: str = ""
    instruction_id: str = ""
    batch_reference: str = ""
    batch_count: int | None = None
    reason_code: str = ""
    counterparty_name: str = ""
    counterparty_account: str = ""

    @property
    def signed_amount(self) -> Decimal:
        """What the line adds to the book balance: money that comes is positive."""
        return self.amount if self.mark in BACK else -self.amount

    @property
    def references(self) -> list[str]:
        """Every reference that stands in a place of its own, the most telling one first."""
        found = (
            self.end_to_end_id,
            self.instruction_id,
            self.customer_reference,
            self.bank_reference,
            self.batch_reference,
        )
        return [reference for reference in found if reference]

    @property
    def texts(self) -> list[str]:
        """Everything of the line in which people, or a bank, may have written a reference."""
        return [*self.references, self.supplementary_details, *self.narratives]
