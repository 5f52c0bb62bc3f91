# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A model of a sponsor bank: plain books, and no kindness.

It does not recognise a batch that it has taken before: whoever sends one twice pays twice.
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from odoo.addons.g2p_bridge_bank_connector.lib.entry import OUT
from odoo.addons.g2p_bridge_bank_connector.lib.values import (
    Acknowledgement,
    BatchState,
    FundsBlock,
    FundsCheck,
    PaymentStatus,
)
from odoo.addons.g2p_bridge_base.lib.errors import (
    OutcomeUnknown,
    Rejected,
    Unavailable,
)

from .faults import WorkerDied

OPENING = Decimal("50000000000000.00")
POOR = "INSUFFICIENT_FUNDS"


@dataclass(frozen=True)
class Habits:
    """How a bank keeps its books.

    :param return_mark: how it books money that comes back: C, a new credit, or RD, the debit
        undone
    :param whole_batches: whether it books a batch of payments as one debit
    :param counts: whether such a debit says of how many payments it is
    :param numbering: how it numbers its statements, see ``paper.NUMBERINGS``
    """

    return_mark: str = "RD"
    whole_batches: bool = False
    counts: bool = False
    numbering: str = "consecutive"


@dataclass(frozen=True)
class Booking:
    """One line of the books, and of a statement.

    :param reference: the disbursement ID, as we sent it
    :param batch: reference of the batch that the line books as one
    :param count: how many payments it books as one, None if it does not say
    """

    mark: str
    amount: Decimal
    reference: str = "NONREF"
    batch: str = ""
    count: int | None = None

    @property
    def signed_amount(self):
        """What it adds to the balance."""
        return -self.amount if self.mark in OUT else self.amount


@dataclass
class Hold:
    """Money that is kept for one envelope."""

    name: str
    reference: str
    amount: Decimal
    used: Decimal = Decimal(0)
    released: Decimal = Decimal(0)
    release_references: list = field(default_factory=list)


@dataclass
class Paid:
    """One payment that the bank took on; it pays it sooner or later."""

    disbursement_id: str
    amount: Decimal
    batch: str
    hold: Hold | None
    booked: bool = False
    returned: bool = False


class ModelBank:
    """Account, holds, batches and the log of bookings, and what may go wrong on the way."""

    def __init__(self, world, capabilities):
        self.world = world
        self.can = capabilities
        self.book, self.blocked = OPENING, Decimal(0)
        self.holds = []
        self.paid = []
        self.rejected = {}  # batch reference → {disbursement_id: code}
        self.refused = set()
        self.log = []  # of Booking
        self.habits = Habits()
        self.wire = []  # (when it arrives, what the bank does then)

    def capabilities(self):
        return self.can

    # What the bridge calls

    def check_funds(self, _account, _currency, amount):
        def answer(fault):
            poor = fault == "poor" or amount > self.book - self.blocked
            return FundsCheck(False, POOR) if poor else FundsCheck(True)

        return self._call("check_funds", answer)

    def block_funds(self, _account, _currency, amount, reference):
        def block(fault):
            known = [hold for hold in self.holds if hold.reference == reference]
            if known and self.can.idempotent_block:
                return FundsBlock(known[0].name)
            if fault == "poor" or amount > self.book - self.blocked:
                raise Rejected(POOR)
            hold = Hold(f"HOLD{len(self.holds) + 1}", reference, amount)
            self.holds.append(hold)
            self.blocked += amount
            return FundsBlock(hold.name)

        return self._call("block_funds", block)

    def release_funds(self, name, reference):
        def release(_fault):
            hold = self.hold(name)
            if hold is None:
                raise Rejected("UNKNOWN_HOLD")
            if reference in hold.release_references:
                return hold.released if self.can.idempotent_block else Decimal(0)
            hold.release_references.append(reference)
            rest = hold.amount - hold.used - hold.released
            hold.released += rest
            self.blocked -= rest
            return rest

        return self._call("release_funds", release)

    def initiate_payment(self, reference, payments):
        def take(fault):
            rejected = {}
            if fault in ("partial", "partial_lost"):
                chosen = payments[self.world.picked % len(payments)]
                rejected[chosen.disbursement_id] = "ACCOUNT_CLOSED"
            for payment in payments:
                if payment.disbursement_id not in rejected:
                    self._take(reference, payment)
            self.rejected.setdefault(reference, rejected)
            self.refused.discard(reference)
            return Acknowledgement(rejected, f"B-{reference[:8]}")

        return self._call("initiate_payment", take, reference)

    def get_payment_status(self, reference):
        def answer(fault):
            if fault == "odd":
                return PaymentStatus(BatchState.UNKNOWN)
            if reference in self.rejected:
                return PaymentStatus(BatchState.ACCEPTED, self.rejected[reference])
            if reference in self.refused:
                return PaymentStatus(BatchState.REJECTED, error_code="REFUSED")
            return PaymentStatus(BatchState.NEVER_RECEIVED)

        return self._call("get_payment_status", answer)

    def retrieve_disbursement_id(self, entry):
        return "" if entry.customer_reference == "NONREF" else entry.customer_reference

    def retrieve_batch_reference(self, entry):
        return entry.batch_reference

    def retrieve_beneficiary_name(self, entry):
        return entry.narratives[0] if entry.narratives else ""

    def retrieve_reversal_reason(self, _entry):
        return "ACCOUNT_CLOSED"

    # What the machine asks of it

    def hold(self, name):
        return next((hold for hold in self.holds if hold.name == name), None)

    def has_batch(self, reference):
        return reference in self.rejected

    def book_payments(self, turns=()):
        """Pay what was taken on; some of what was paid comes back, or is taken back again.

        :param turns: of each payment, whether it turns: it comes back if it stands, and its
            return is taken back if it came back
        """
        unpaid = [paid for paid in self.paid if not paid.booked]
        for paid, does_turn in zip(self.paid, turns, strict=False):
            if paid.booked and does_turn:
                self._turn(paid)
        if self.habits.whole_batches:
            for batch in dict.fromkeys(paid.batch for paid in unpaid):
                self._book_batch(batch, [paid for paid in unpaid if paid.batch == batch])
        else:
            for paid in unpaid:
                self._book(Booking("D", paid.amount, paid.disbursement_id))
        for paid in unpaid:
            paid.booked = True
            if paid.hold:
                self.blocked -= paid.amount

    def deliver(self, now=None):
        """Let messages arrive that were still on their way: all, or those that are due."""
        due = [do for when, do in self.wire if now is None or when <= now]
        self.wire = [(when, do) for when, do in self.wire if now is not None and when > now]
        for do in due:
            do()

    def times_paid(self):
        """Counter: how often each disbursement was taken on."""
        return Counter(paid.disbursement_id for paid in self.paid)

    # Helpers

    def _take(self, reference, payment):
        hold = self.hold(payment.funds_blocked_reference_number)
        paid = Paid(payment.disbursement_id, payment.payment_amount, reference, hold)
        self.paid.append(paid)
        if hold:
            hold.used += paid.amount

    def _book_batch(self, batch, payments):
        count = len(payments) if self.habits.counts else None
        total = sum(paid.amount for paid in payments)
        self._book(Booking("D", total, batch=batch, count=count))

    def _turn(self, paid):
        back = self.habits.return_mark
        # What is taken back of a credit is its reversal; a debit that was undone is made again.
        again = "RC" if back == "C" else "D"
        paid.returned = not paid.returned
        mark = back if paid.returned else again
        self._book(Booking(mark, paid.amount, paid.disbursement_id))

    def _book(self, booking):
        self.book += booking.signed_amount
        self.log.append(booking)

    def _call(self, operation, do, reference=None):
        """Carry a call out, with what the fault of this job makes of it.

        :param do: what the bank does; takes the kind of the fault
        :param reference: of the batch, where a refusal is remembered
        """
        fault = self.world.fault_of_call(operation)
        if fault in ("unavailable", "refuse", "refuse_lost", "lost_before", "died_before"):
            self._fail_before(fault, reference)
        if fault in ("late", "died_late"):
            # Nobody waits for the answer any more, but the message is still on its way.
            self.wire.append((self.world.latest_arrival(), lambda: _quietly(do)))
            self._fail_after(fault)
        result = do(fault)
        self.world.after_call(operation)
        untranslated = fault == "odd" and operation != "get_payment_status"
        if untranslated or fault in ("lost_after", "partial_lost", "died_after"):
            self._fail_after(fault)
        return result

    def _fail_before(self, fault, reference):
        if fault == "unavailable":
            raise Unavailable("CONNECTION_FAILED", "down")
        if fault == "died_before":
            raise WorkerDied
        if fault in ("refuse", "refuse_lost"):
            if reference and not self.has_batch(reference):
                self.refused.add(reference)
            if fault == "refuse":
                raise Rejected("BLOCKED_CUSTOMER", "no")
        raise OutcomeUnknown("TIMEOUT", "no answer")

    def _fail_after(self, fault):
        if fault.startswith("died"):
            raise WorkerDied
        if fault == "odd":
            raise ZeroDivisionError("an error that the connector did not translate")
        raise OutcomeUnknown("TIMEOUT", "no answer")


def _quietly(do):
    """What arrives late may be refused, and nobody hears of it."""
    try:
        do(None)
    except Rejected:
        return
